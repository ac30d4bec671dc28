import Backfill
import JobQueue

/// How a backfill ended, estimate beside actual.
struct BackfillSummaryText {
    let summary: BackfillSummary
    let estimate: BackfillEstimate

    var text: String {
        let progress = summary.progress
        var lines = [heading, ""]
        lines.append(row("rows", "\(Figures.count(progress.checkpoint.read)) read, \(enqueued)"))
        lines.append(row("done", done))
        lines.append(row("failed", failed))
        lines.append(row("tokens", compared(estimate.tokens.map(Figures.count), progress.tokens.map(Figures.count))))
        lines.append(
            row("cost", compared(estimate.dollars.map(Figures.dollars), progress.dollars.map(Figures.dollars)))
        )
        lines.append(
            row("duration", compared(estimate.seconds.map(Figures.duration), Figures.duration(summary.seconds)))
        )
        return lines.joined(separator: "\n")
    }

    private var heading: String {
        switch summary.state {
        case .finished: "Backfill finished: run \(summary.run)"
        case .detached: "All rows are on the lane, and the workers go on: run \(summary.run)"
        case .stopped: "Stopped: run \(summary.run). `memoir backfill -c \(estimate.collection) --resume` goes on"
        }
    }

    private var enqueued: String {
        let checkpoint = summary.progress.checkpoint
        var parts = ["\(Figures.count(checkpoint.enqueued)) made into jobs"]
        if checkpoint.rejected > 0 { parts.append("\(Figures.count(checkpoint.rejected)) rejected") }
        if checkpoint.leftOut > 0 { parts.append("\(Figures.count(checkpoint.leftOut)) left out") }
        return parts.joined(separator: ", ")
    }

    private var done: String {
        let tally = summary.progress.tally
        return "\(Figures.count(tally.ok)), of which \(Figures.count(tally.deduped)) were there already as they are"
    }

    private var failed: String {
        let count = summary.progress.failed
        guard count > 0 else { return "0" }
        return "\(Figures.count(count)): `memoir backfill errors -c \(estimate.collection)` shows them"
    }

    private func compared(_ estimated: String?, _ actual: String?) -> String {
        "\(actual ?? "not known") (estimated: \(estimated ?? "not known"))"
    }

    private func row(_ name: String, _ value: String) -> String {
        "  \(name)\(String(repeating: " ", count: max(1, 12 - name.count)))\(value)"
    }
}
