import Backfill

/// A plan as people read it before they are asked.
struct BackfillPlanText {
    /// Characters of a document that are shown.
    private static let shownCharacters = 300

    let plan: BackfillPlan
    /// What the rows come from, as the configuration has it.
    let source: String

    var text: String {
        var lines = ["Backfill of \(plan.collection) from \(source)", ""]
        lines.append(row("rows", Figures.count(plan.rows)))
        if plan.nullKeys > 0 {
            lines.append(row("left out", "\(Figures.count(plan.nullKeys)) rows with a null in their primary key"))
        }
        lines.append(row("tokens", tokens))
        lines.append(row("cost", cost))
        lines.append(row("duration", duration))
        if let rejected { lines.append(row("rejected", rejected)) }
        for rejection in plan.rejections {
            lines.append(Terminal.harmless("    \(rejection.source): \(rejection.code): \(rejection.message)"))
        }
        if let shared { lines.append(row("same key", shared)) }
        if !plan.documents.isEmpty {
            lines += ["", "Documents as they would be saved:"]
            for document in plan.documents { lines += shown(document) }
        }
        return lines.joined(separator: "\n")
    }

    private var tokens: String {
        guard plan.rows > 0 else { return "0" }
        let each = Figures.decimal(plan.tokensPerItem, digits: 1)
        return "about \(Figures.count(plan.tokens)), \(each) per item (estimated on the high side from "
            + "\(Figures.count(plan.sampled)) rows)"
    }

    private var cost: String {
        let price = Figures.dollars(plan.pricePerMillionTokens)
        return "about \(Figures.dollars(plan.dollars)) at \(price) a million tokens; texts that are cached cost nothing"
    }

    private var duration: String {
        guard let seconds = plan.seconds, let pace = plan.pace else { return "not known before it runs" }
        return "about \(Figures.duration(seconds)) \(pace)"
    }

    private var rejected: String? {
        guard plan.rejectedShare > 0 else { return nil }
        let percent = Figures.decimal(plan.rejectedShare * 100, digits: 1)
        return "\(percent) % of the rows that were looked at cannot be saved:"
    }

    private var shared: String? {
        guard let key = plan.sharedKey else { return nil }
        return Terminal.harmless(
            "\(Figures.count(plan.sharedKeys)) of the rows that were looked at have the key of another, such as \(key), "
                + "and overwrite it"
        )
    }

    private func shown(_ document: BackfillPlan.Document) -> [String] {
        let tenant = document.tenant.map { ", tenant \($0)" } ?? ""
        return [
            "  key \(document.key)\(tenant)", "    \(document.content)", "    \(document.metadata)",
        ]
        .map { line in
            let harmless = Terminal.harmless(line)
            return harmless.count > Self.shownCharacters ? "\(harmless.prefix(Self.shownCharacters))…" : harmless
        }
    }

    private func row(_ name: String, _ value: String) -> String {
        "  \(name)\(String(repeating: " ", count: max(1, 12 - name.count)))\(value)"
    }
}
