internal import Hummingbird
internal import JSON
internal import JobQueue
internal import Reactor
internal import RedisClient

/// What flowed through the lanes in the last hour.
struct HistoryRoutes: Sendable {
    let connection: RedisConnection
    let keys: JobKeys

    func add(to api: some RouterMethods<OpsContext>) {
        api.serveGet("history") { _, _ in
            do throws(RedisError) {
                return .json(Self.json(try await LaneHistory.read(on: connection, keys: keys)))
            } catch {
                throw OpsError(error)
            }
        }
    }

    private static func json(_ samples: [LaneHistory.Sample]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256 * samples.count)
        writer.beginObject()
        writer.name("interval_ms")
        writer.integer(Int(LaneHistory.interval / .milliseconds(1)))
        writer.name("samples")
        writer.beginArray()
        for sample in samples { write(sample, &writer) }
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }

    private static func write(_ sample: LaneHistory.Sample, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("time_ms")
        writer.integer(sample.time)
        writer.name("lanes")
        writer.beginObject()
        for lane in Lane.allCases {
            guard let figures = sample.lanes[lane] else { continue }
            writer.name(lane.rawValue)
            writer.beginObject()
            writer.name("came")
            writer.integer(figures.came)
            writer.name("left")
            writer.integer(figures.left)
            writer.name("undelivered")
            writer.integer(figures.undelivered)
            writer.name("pending")
            writer.integer(figures.pending)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }
}
