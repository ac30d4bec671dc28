internal import JSON

extension LaneControl {
    /// `{"paused": {"bulk": 1764072000000}}`: since when, in milliseconds since 1970.
    package nonisolated static func json(_ paused: [Lane: Int]) -> [UInt8] {
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
        return writer.finish()
    }
}
