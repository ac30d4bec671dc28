import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture

/// Does the jobs of the bulk lane as a worker does, on memories that are kept here, and counts them in the run's tally.
@Reactor
final class ModelWorker {
    struct Memory: Equatable {
        let source: String
        let tenant: String
        let key: String
        let content: String
    }

    private let redis: RedisConnection
    private let keys: JobKeys
    private var task: Task<Void, Never>?
    private var isPaused = false
    /// By the point's id.
    private var points: [String: Memory] = [:]
    private(set) var saves = 0
    private(set) var forgets = 0
    /// Jobs that are no such jobs.
    private(set) var faults: [String] = []

    init(redis: RedisConnection, keys: JobKeys) {
        self.redis = redis
        self.keys = keys
    }

    var memories: [Memory] { points.values.sorted { ($0.tenant, $0.key) < ($1.tenant, $1.key) } }
    /// `tenant/key` to content.
    var contents: [String: String] {
        Dictionary(uniqueKeysWithValues: points.values.map { ("\($0.tenant)/\($0.key)", $0.content) })
    }

    func start() {
        guard task == nil else { return }
        task = Task {
            while !Task.isCancelled, !self.isPaused {
                _ = try? await self.work()
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    /// Ends after what is under way.
    func pause() async {
        isPaused = true
        await task?.value
        task = nil
        isPaused = false
    }

    func stop() {
        task?.cancel()
        task = nil
    }

    /// Does what is on the lane; answers how many jobs that were.
    @discardableResult
    func work() async throws -> Int {
        let lane = keys.jobs(.bulk)
        var cursor = try await redis.execute(RedisCommand("XRANGE", lane, "-", "+", "COUNT", "1000")).cursor
        var done = 0
        for _ in 0..<(try cursor.array() ?? 0) {
            _ = try cursor.array()
            let entry = try cursor.scalarText() ?? ""
            var fields: [String: String] = [:]
            for _ in 0..<(try cursor.array() ?? 0) / 2 {
                let name = try cursor.scalarText() ?? ""
                fields[name] = try cursor.scalarText() ?? ""
            }
            take(fields)
            _ = try await redis.execute(RedisCommand("XDEL", lane, entry))
            _ = try await redis.execute(RedisCommand("HINCRBY", keys.tally(fields["run"] ?? ""), "ok", "1"))
            done += 1
        }
        return done
    }

    private func take(_ job: [String: String]) {
        let tenant = job["tenant"].map { ArraySlice($0.utf8) }
        let collection = ArraySlice((job["collection"] ?? "").utf8)
        switch job["type"] {
        case "save":
            saves += 1
            let key = job["key"] ?? ""
            let id = PointIdentity.id(collection: collection, tenant: tenant, key: ArraySlice(key.utf8)).text
            points[id] = Memory(
                source: job["source"] ?? "",
                tenant: job["tenant"] ?? "",
                key: key,
                content: job["content"] ?? ""
            )
        case "forget":
            forgets += 1
            guard let filters = try? JSONValue(parsing: Array((job["filters"] ?? "").utf8)),
                case .array(let must)? = filters["must"], must.count == 2,
                case .array(let ids)? = must[0]["has_id"], case .string(let id)? = ids.first,
                must[1]["key"] == .string("_memoir.source"), case .string(let source)? = must[1]["match"]?["value"]
            else { return faults.append("\(job)") }
            if let point = points[id], point.source == source, point.tenant == job["tenant"] ?? "" { points[id] = nil }
        default: faults.append("\(job)")
        }
    }
}
