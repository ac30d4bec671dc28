import JobQueue
import Memory

/// The workers of `memoir top`: what each holds, those that hold most first.
struct WorkerTable {
    private static let nameWidth = 34
    private static let countWidth = 8
    private static let finishedWidth = 12

    /// Columns of the window.
    let width: Int

    /// - Parameter room: lines that are left.
    func lines(_ workers: [MemoryStatistics.Worker], room: Int) -> [StyledLine] {
        guard !workers.isEmpty else { return [StyledLine("no worker runs: memoir worker", .warning)] }
        // Of equal ones in the order of their names.
        let rows = workers.map { (worker: $0, held: held($0).reduce(0, &+)) }
            .sorted { ($1.held, $0.worker.id) < ($0.held, $1.worker.id) }
            .flatMap { row(of: $0.worker) }
        let fit = max(0, rows.count <= room - 1 ? rows.count : room - 2)
        var lines = [header] + rows.prefix(fit)
        if rows.count > room - 1 {
            lines.append(StyledLine("\(workers.count) workers; a higher window shows more", .dim))
        }
        return lines
    }

    /// Whether there is room for a column for each lane; else they stand together in one.
    private var hasLanes: Bool { width >= Self.nameWidth + Lane.allCases.count * Self.countWidth + Self.finishedWidth }

    private var name: Int {
        hasLanes ? Self.nameWidth : max(8, min(Self.nameWidth, width - Self.countWidth - Self.finishedWidth))
    }

    private var header: StyledLine {
        let titles = hasLanes ? Lane.allCases.map(\.rawValue) : ["holds"]
        let text = titles.map { StyledLine.right($0, Self.countWidth) }.joined()
        let title = hasLanes ? "worker holds" : "worker"
        return StyledLine(StyledLine.left(title, name) + text + StyledLine.right("finished", Self.finishedWidth), .bold)
    }

    private func row(of worker: MemoryStatistics.Worker) -> [StyledLine] {
        var line = StyledLine(StyledLine.left(worker.id, name))
        let held = held(worker)
        for count in hasLanes ? held : [held.reduce(0, &+)] {
            line.add(StyledLine.right(Figures.count(count), Self.countWidth), count > 0 ? .good : .dim)
        }
        let finished = worker.value("finished").flatMap { Int($0) }
        line.add(StyledLine.right(finished.map { Figures.count($0) } ?? "-", Self.finishedWidth))
        let problems = ["embedding_problem", "store_problem"].compactMap(worker.value).filter { !$0.isEmpty }
        return [line] + problems.map { StyledLine("  \($0)", .bad) }
    }

    private func held(_ worker: MemoryStatistics.Worker) -> [Int] {
        Lane.allCases.map { lane in worker.value("in_flight:\(lane.rawValue)").flatMap { Int($0) } ?? 0 }
    }
}

extension MemoryStatistics.Worker {
    /// A figure of its heartbeat; nil where it tells none of that name.
    func value(_ name: String) -> String? {
        figures.first { $0.name == name }?.value
    }
}
