import JSON
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

    /// `{"paused": {"bulk": 1764072000000}}`
    static func json(_ paused: [Lane: Int]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("paused")
        writer.beginObject()
        for lane in Lane.allCases {
            guard let since = paused[lane] else { continue }
            writer.name(lane.rawValue)
            writer.integer(since)
        }
        writer.endObject()
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
