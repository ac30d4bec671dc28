import Backfill

/// How far a backfill is, in one line.
enum BackfillProgressText {
    private static let barWidth = 20

    /// - Parameter width: columns of the terminal.
    static func bar(_ progress: BackfillProgress, width: Int) -> String {
        let percent = percent(progress)
        let filled = percent * barWidth / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
        return String("\(bar) \(percent) %  \(line(progress))".prefix(max(20, width - 1)))
    }

    static func line(_ progress: BackfillProgress) -> String {
        var parts = ["\(Figures.count(progress.finished)) of \(Figures.count(total(progress))) rows"]
        parts.append(progress.rowsPerSecond.map { "\(Figures.decimal($0, digits: 0)) rows/s" } ?? "– rows/s")
        parts.append("lag \(Figures.count(progress.lag))")
        if let dollars = progress.dollars { parts.append("\(Figures.dollars(dollars)) so far") }
        parts.append(progress.failed == 1 ? "1 error" : "\(Figures.count(progress.failed)) errors")
        if let left = progress.secondsLeft { parts.append("\(Figures.duration(left)) left") }
        return parts.joined(separator: ", ")
    }

    static func percent(_ progress: BackfillProgress) -> Int {
        Figures.percent(progress.finished, of: total(progress))
    }

    /// Rows may have come since they were counted.
    private static func total(_ progress: BackfillProgress) -> Int {
        progress.checkpoint.isComplete ? progress.checkpoint.read : max(progress.planned, progress.checkpoint.read)
    }
}
