import JobQueue
import Memory

/// The lines of `memoir top`, from the figures alone.
struct TopScreen {
    private static let hour = 3_600_000
    private static let laneColumns = 62

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
            lines += lanes(statistics, columns: columns)
            lines += notes(statistics)
            lines.append(StyledLine())
            lines += summary(statistics)
            lines.append(StyledLine())
            lines += workers(statistics, room: rows - lines.count - 1)
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

    private func lanes(_ statistics: SystemStatistics, columns: Int) -> [StyledLine] {
        let spark = max(0, columns - Self.laneColumns)
        let titles = [("waiting", 11), ("in work", 9), ("came/s", 8), ("left/s", 8), ("oldest", 9), ("empty in", 9)]
        var header = StyledLine(
            StyledLine.left("lane", 6) + titles.map { StyledLine.right($0.0, $0.1) }.joined(),
            .bold
        )
        if spark >= 9 { header.add(spark >= 24 ? "  left in the last hour" : "  an hour", .bold) }
        return [header]
            + statistics.memory.lanes.map { lane in
                var line = StyledLine(StyledLine.left(lane.lane.rawValue, 6), .bold)
                let sign = lane.isUndeliveredExact ? "" : "~"
                line.add(
                    StyledLine.right(sign + Figures.count(lane.undelivered), 11),
                    lane.undelivered > 0 ? .plain : .dim
                )
                line.add(StyledLine.right(Figures.count(lane.inWork), 9), lane.inWork > 0 ? .good : .dim)
                for rate in [lane.came, lane.left] {
                    line.add(
                        StyledLine.right(rate.map { Figures.count($0) } ?? "-", 8),
                        (rate ?? 0) > 0 ? .plain : .dim
                    )
                }
                let oldest = lane.entries > 0 ? lane.oldest.map { ShortDuration.text(milliseconds: $0) } ?? "-" : "-"
                line.add(StyledLine.right(oldest, 9), oldest == "-" ? .dim : .plain)
                let drain = drain(lane)
                line.add(StyledLine.right(drain.text, 9), drain.style)
                if spark >= 9 { line.add("  " + sparkline(lane.lane, columns: spark), .good) }
                return line
            }
    }

    private func drain(_ lane: LaneStatistics) -> (text: String, style: StyledLine.Style) {
        guard lane.entries > 0 else { return ("-", .dim) }
        if let drain = lane.drain { return (ShortDuration.text(milliseconds: drain), .plain) }
        guard let isGrowing = lane.isGrowing, isGrowing else { return ("?", .dim) }
        return (lane.came ?? 0) > (lane.left ?? 0) ? ("grows", .warning) : ("stands", .warning)
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
            if let bound = lane.bound, bound > 0, lane.entries >= bound / 10 * 9 {
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
        var queues = StyledLine("delayed \(Figures.count(statistics.memory.delayed))   ")
        let dead = statistics.memory.dead
        queues.add("dead letters \(Figures.count(dead))", dead > 0 ? .warning : .plain)
        let cache = statistics.cache.total
        let rate = cache.hitRatePercent.map { "\(Int($0.rounded(.down)))% of \(Figures.count(cache.requests))" }
        queues.add("   cache hits \(rate ?? "-")")

        var services = StyledLine("circuits ")
        for (index, service) in ["embedding", "store"].enumerated() {
            let state = worst(statistics, "\(service)_circuit")
            services.add("\(index > 0 ? ", " : "")\(service) ")
            services.add(state?.replacing("_", with: " ") ?? "unknown", style(ofCircuit: state))
        }
        let cost = statistics.cost
        services.add("   cost today \(DollarText.of(nanodollars: cost.today.nanodollars))")
        if cost.dailyBudget > 0 { services.add(" of \(DollarText.of(nanodollars: cost.dailyBudget))") }
        switch cost.budgetState {
        case .unlimited, .within: break
        case .bulkStopped: services.add(", bulk waits for the next day", .warning)
        case .exceeded: services.add(", exceeded", .bad)
        }
        return [queues, services]
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
        let states = statistics.memory.workers.compactMap { value(name, of: $0) }
        return ["open", "half_open"].first(where: states.contains) ?? states.first
    }

    private func value(_ name: String, of worker: MemoryStatistics.Worker) -> String? {
        worker.figures.first { $0.name == name }?.value
    }

    private func workers(_ statistics: SystemStatistics, room: Int) -> [StyledLine] {
        let all = statistics.memory.workers
        guard !all.isEmpty else { return [StyledLine("no worker runs: memoir worker", .warning)] }
        let titles = Lane.allCases.map { StyledLine.right($0.rawValue, 8) }.joined() + StyledLine.right("finished", 12)
        var lines = [StyledLine(StyledLine.left("worker holds", 34) + titles, .bold)]
        // Those that hold most come first; of equal ones in the order of their names.
        let rows = all.map { (worker: $0, held: held($0).reduce(0, +)) }
            .sorted { ($1.held, $0.worker.id) < ($0.held, $1.worker.id) }
            .flatMap { row(of: $0.worker) }
        lines += rows.prefix(max(0, rows.count <= room - 1 ? rows.count : room - 2))
        if rows.count > room - 1 { lines.append(StyledLine("\(all.count) workers; a higher window shows more", .dim)) }
        return lines
    }

    private func held(_ worker: MemoryStatistics.Worker) -> [Int] {
        Lane.allCases.map { lane in value("in_flight:\(lane.rawValue)", of: worker).flatMap { Int($0) } ?? 0 }
    }

    private func row(of worker: MemoryStatistics.Worker) -> [StyledLine] {
        var line = StyledLine(StyledLine.left(worker.id, 34))
        for count in held(worker) {
            line.add(StyledLine.right(Figures.count(count), 8), count > 0 ? .good : .dim)
        }
        let finished = value("finished", of: worker).flatMap { Int($0) }
        line.add(StyledLine.right(finished.map { Figures.count($0) } ?? "-", 12))
        let problems = ["embedding_problem", "store_problem"].compactMap { value($0, of: worker) }.filter {
            !$0.isEmpty
        }
        return [line] + problems.map { StyledLine("  \($0)", .bad) }
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
