import JobQueue

/// Which lanes are paused.
enum LaneStateText {
    /// - Parameter paused: ms since 1970 since when, by lane.
    static func text(_ paused: [Lane: Int]) -> String {
        Lane.allCases.map { lane in
            let name = lane.rawValue + String(repeating: " ", count: max(0, 8 - lane.rawValue.count))
            return name + (paused[lane].map { "paused since \(LogTime(milliseconds: $0))" } ?? "running")
        }
        .joined(separator: "\n")
    }
}
