import JobQueue
import Memory

/// The lines of `memoir top`, from the figures alone.
struct TopScreen {
    private static let hour = 3_600_000

    let figures: TopFigures
    /// Milliseconds since 1970.
    let now: Int

    /// As many as the window has, none wider than it.
    func lines(columns: Int, rows: Int) -> [StyledLine] {
        guard columns > 0, rows > 0 else { return [] }
        var lines = [title(columns)]
        if let problem = figures.problem { lines += trouble(problem) }
        if let statistics = figures.statistics {
            lines.append(StyledLine())
            lines += LaneTable(width: columns).lines(statistics.memory.lanes) { sparkline($0, columns: $1) }
            lines += notes(statistics)
            lines.append(StyledLine())
            lines += StyledLine.packed(summary(statistics), columns: columns)
            lines.append(StyledLine())
            let room = rows - lines.count - 1
            lines += WorkerTable(width: columns).lines(statistics.memory.workers, room: room)
        } else if figures.problem == nil {
            lines.append(StyledLine("reading the figures …", .dim))
        }
        lines = Array(lines.prefix(max(0, rows - 1)))
        lines += Array(repeating: StyledLine(), count: rows - 1 - lines.count)
        lines.append(keys(columns))
        return lines.map { $0.fitted(to: columns) }
    }

    private func title(_ columns: Int) -> StyledLine {
        var text = " memoir top  \(clock(figures.statistics == nil ? now : figures.readAt))  \(figures.server)"
        if let statistics = figures.statistics {
            let count = statistics.memory.workers.count
            text += "  \(count) worker\(count == 1 ? "" : "s")"
        }
        if figures.isPaused { text += "  PAUSED" }
        return StyledLine(StyledLine.left(text, columns), .bar)
    }

    private func trouble(_ problem: String) -> [StyledLine] {
        let shown = figures.statistics == nil ? "" : "; the figures are those of \(clock(figures.readAt))"
        return [StyledLine("Redis is away\(shown); trying again", .bad), StyledLine("  \(problem)", .dim)]
    }

    private func sparkline(_ lane: Lane, columns: Int) -> String {
        let samples = figures.history.compactMap { sample in
            sample.lanes[lane].map { (time: sample.time, value: $0.left) }
        }
        // By the clock of Redis: what was written last ends the hour, where clocks differ.
        let end = max(figures.readAt, figures.history.last?.time ?? 0)
        return Sparkline.text(samples, end: end, span: Self.hour, columns: columns)
    }

    /// What an operator should know of the lanes.
    private func notes(_ statistics: SystemStatistics) -> [StyledLine] {
        statistics.memory.lanes.flatMap { lane -> [StyledLine] in
            var notes: [StyledLine] = []
            if let since = lane.pausedSince {
                notes.append(StyledLine("\(lane.lane.rawValue) is paused since \(clock(since))", .warning))
            }
            if lane.orphaned > 0 {
                let count = Figures.count(lane.orphaned)
                notes.append(StyledLine("\(lane.lane.rawValue): \(count) are held by workers that are gone", .warning))
            }
            if let bound = lane.bound, bound > 0, lane.entries >= bound - bound / 10 {
                let isFull = lane.entries >= bound
                let state = isFull ? "full: producers are refused" : "nearly full"
                let text =
                    "\(lane.lane.rawValue) is \(state), \(Figures.count(lane.entries)) of \(Figures.count(bound))"
                notes.append(StyledLine(text, isFull ? .bad : .warning))
            }
            return notes
        }
    }

    private func summary(_ statistics: SystemStatistics) -> [StyledLine] {
        let delayed = StyledLine("delayed \(Figures.count(statistics.memory.delayed))")
        let dead = statistics.memory.dead
        let letters = StyledLine("dead letters \(Figures.count(dead))", dead > 0 ? .warning : .plain)
        let cache = statistics.cache.total
        let rate = cache.hitRatePercent.map { "\(Int($0.rounded(.down)))% of \(Figures.count(cache.requests))" }
        let hits = StyledLine("cache hits \(rate ?? "-")")

        var circuits = StyledLine("circuits ")
        for (index, service) in ["embedding", "store"].enumerated() {
            let state = worst(statistics, "\(service)_circuit")
            circuits.add("\(index > 0 ? ", " : "")\(service) ")
            circuits.add(state?.replacing("_", with: " ") ?? "unknown", style(ofCircuit: state))
        }
        return [delayed, letters, hits, circuits, cost(statistics.cost)]
    }

    private func cost(_ cost: CostStatistics) -> StyledLine {
        var line = StyledLine("cost today \(DollarText.of(nanodollars: cost.today.nanodollars))")
        if cost.dailyBudget > 0 { line.add(" of \(DollarText.of(nanodollars: cost.dailyBudget))") }
        switch cost.budgetState {
        case .unlimited, .within: break
        case .bulkStopped: line.add(", bulk waits for the next day", .warning)
        case .exceeded: line.add(", exceeded", .bad)
        }
        return line
    }

    private func style(ofCircuit state: String?) -> StyledLine.Style {
        switch state {
        case "closed": .good
        case "open": .bad
        case nil: .dim
        default: .warning
        }
    }

    /// Of all workers.
    private func worst(_ statistics: SystemStatistics, _ name: String) -> String? {
        let states = statistics.memory.workers.compactMap { $0.value(name) }
        return ["open", "half_open"].first(where: states.contains) ?? states.first
    }

    private func keys(_ columns: Int) -> StyledLine {
        var line = StyledLine(" q ", .bar)
        line.add(" quit  ")
        line.add(" p ", .bar)
        line.add(figures.isPaused ? " go on" : " pause")
        if columns >= 70 { line.add("   ~ is an estimate; times are UTC", .dim) }
        return line
    }

    private func clock(_ milliseconds: Int) -> String {
        String(LogTime(milliseconds: milliseconds).description.dropFirst(11).prefix(8))
    }
}
