import JobQueue
import Memory

/// What `memoir stats` shows people. Programs get the same figures as JSON.
struct StatisticsReport {
    /// Accounts of one kind that are shown.
    private static let accountsShown = 5
    /// Of a line of a worker's figures.
    private static let width = 100

    let statistics: SystemStatistics

    var text: String {
        [lanes, cache, cost, collections, workers].map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var lanes: [String] {
        var lines = ["lane      waiting  in work    bound   came/s claimed/s  left/s   oldest empty in"]
        for lane in statistics.memory.lanes {
            let sign = lane.isUndeliveredExact ? "" : "~"
            let figures =
                [right("\(sign)\(lane.undelivered)", 9)]
                + [lane.inWork, lane.bound, lane.came, lane.claimed, lane.left].map { figure in
                    right(figure.map(String.init) ?? "-", 9)
                }
                + [lane.entries > 0 ? lane.oldest : nil, lane.entries > 0 ? lane.drain : nil].map { time in
                    right(time.map { ShortDuration.text(milliseconds: $0) } ?? "-", 9)
                }
            var notes: [String] = []
            if lane.orphaned > 0 { notes.append("\(lane.orphaned) of workers that are gone") }
            if let since = lane.pausedSince { notes.append("paused since \(LogTime(milliseconds: since))") }
            let note = notes.isEmpty ? "" : "  " + notes.joined(separator: ", ")
            lines.append(left(lane.lane.rawValue, 8) + figures.joined() + note)
        }
        let isEstimated = statistics.memory.lanes.contains { !$0.isUndeliveredExact }
        let note = isEstimated ? "; ~ is an estimate" : ""
        lines.append("delayed \(statistics.memory.delayed), dead letters \(statistics.memory.dead)\(note)")
        return lines
    }

    private var cache: [String] {
        let cache = statistics.cache
        let saved = "saved \(cache.tokensSaved) tokens, \(DollarText.of(nanodollars: statistics.nanodollarsSaved))"
        return [
            "cache          hits   misses     rate  \(saved)",
            row("embedding", cache.embedding),
            row("search", cache.search),
        ]
    }

    private func row(_ name: String, _ share: CacheStatistics.Share) -> String {
        let rate = share.hitRatePercent.map { "\(Int($0.rounded(.down)))%" } ?? "-"
        return left(name, 10) + [share.hits, share.misses].map { right($0, 9) }.joined() + right(rate, 9)
    }

    private var cost: [String] {
        let cost = statistics.cost
        let model = "\(statistics.model.name), circuit \(statistics.circuit ?? "unknown")"
        let today = DollarText.of(nanodollars: cost.today.nanodollars)
        var lines = ["cost today \(today)\(budget), \(figures(cost.today)) to \(model)"]
        for (name, accounts) in [("lane", cost.lanes), ("collection", cost.collections), ("tenant", cost.tenants)] {
            for account in accounts.prefix(Self.accountsShown) where account.name != "-" {
                let dollars = DollarText.of(nanodollars: account.spent.nanodollars)
                lines.append("  \(name) \(account.name)  \(dollars), \(figures(account.spent))")
            }
            if accounts.count > Self.accountsShown {
                lines.append("  and \(accounts.count - Self.accountsShown) more \(name)s")
            }
        }
        let total = cost.days.reduce(0) { $0 + $1.spent.nanodollars }
        lines.append("in \(cost.days.count) days \(DollarText.of(nanodollars: total))")
        return lines
    }

    private var budget: String {
        let cost = statistics.cost
        guard cost.dailyBudget > 0 else { return "" }
        let state =
            switch cost.budgetState {
            case .unlimited, .within: ""
            case .bulkStopped: " (bulk waits for the next day)"
            case .exceeded: " (exceeded)"
            }
        return " of \(DollarText.of(nanodollars: cost.dailyBudget))\(state)"
    }

    private func figures(_ figures: Spent) -> String {
        "\(figures.tokens) tokens in \(figures.requests) requests"
    }

    private var collections: [String] {
        ["collection            points  status"]
            + statistics.collections.map { collection in
                let points = right(collection.points.map(String.init) ?? "?", 10)
                let hint = collection.status == "missing" ? "run memoir bootstrap" : collection.error
                let note = hint.map { ": \($0)" } ?? ""
                return "\(left(collection.name, 18))\(points)  \(collection.status)\(note)"
            }
    }

    private var workers: [String] {
        var lines = ["workers: \(statistics.memory.workers.count)"]
        for worker in statistics.memory.workers {
            let shown = worker.figures.filter { $0.name != "seen_at" && !$0.value.isEmpty && $0.value != "0" }
            lines.append("  \(worker.id)")
            lines += Self.wrapped(shown.map { "\($0.name)=\($0.value)" }).map { "    \($0)" }
        }
        for counter in statistics.memory.counters { lines.append("\(counter.name) \(counter.value)") }
        return lines
    }

    private static func wrapped(_ words: [String]) -> [String] {
        words.reduce(into: []) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(word)
            }
        }
    }

    private func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func right(_ text: some CustomStringConvertible, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - "\(text)".count)) + "\(text)"
    }
}
