import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Reactor
@Suite("MemoryClient", .timeLimit(.minutes(1)))
struct MemoryClientTests {
    private let server: RedisServer
    private let redis: RedisConnection
    private let client: MemoryClient
    private let keys = JobKeys()
    private let replies = "memory:{0}:replies:me"

    init() async throws {
        let server = try await RedisServer()
        let redis = server.connection()
        self.server = server
        self.redis = redis
        client = MemoryClient(
            connection: redis,
            keys: keys,
            name: "me",
            commandTimeout: .seconds(5),
            makeBlocking: { server.connection() }
        )
    }

    private func soon(_ seconds: Double = 20) -> ContinuousClock.Instant { .now + .seconds(seconds) }

    /// As a worker does it.
    private func answer(_ id: String, status: String = "ok") async throws {
        let result = #"{"id":"\#(id)","status":"\#(status)","result":{"for":"\#(id)"},"error":null}"#
        _ = try await redis.execute(RedisCommand("SET", "memory:{0}:result:\(id)", result))
        _ = try await redis.execute(RedisCommand("XADD", replies, "*", "id", id, "status", status))
    }

    private func until(_ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !(try await condition()) {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private func untilReading() async throws {
        try await until { (try await redis.string("CLIENT", "LIST") ?? "").contains("cmd=xread") }
    }

    @Test("A job is one entry of its lane, with the fields that it has and the client's reply stream")
    func enqueue() async throws {
        var request = JobRequest(.search, id: "j")
        request.collection = "c"
        request.text = "q"
        request.topK = 3
        try await client.enqueue(request, announcesResult: true)
        var entries = try StreamEntries(
            readGroup: try await redis.execute(RedisCommand("XREAD", "STREAMS", keys.jobs(.search), "0"))
        )
        let entry = try #require(try entries.next())
        var fields: [String] = []
        for _ in 0..<entry.fieldCount {
            let (name, value) = try entries.nextField()
            fields.append("\(String(name))=\(String(value))")
        }
        #expect(
            fields == ["v=1", "id=j", "type=search", "collection=c", "query=q", "top_k=3", "reply_to=\(replies)"]
        )
    }

    @Test("A full lane refuses the job, and says which and how full")
    func queueFull() async throws {
        _ = try await redis.execute(RedisCommand("HSET", keys.limits, "embed", "1"))
        var request = JobRequest(.embed, id: "j")
        request.text = "t"
        request.runAt = 5
        request.deadline = 7
        try await client.enqueue(request, announcesResult: false)
        let error = await #expect(throws: EnqueueError.self) {
            try await client.enqueue(request, announcesResult: false)
        }
        guard case .queueFull(let full)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(full == QueueFull(lane: .embed, length: 1, bound: 1))
        var cursor = try await redis.execute(RedisCommand("XRANGE", keys.jobs(.embed), "-", "+")).cursor
        #expect(try cursor.array() == 1)
        _ = try cursor.array()
        try cursor.skip()
        let fields = try (0..<(try cursor.array() ?? 0)).map { _ in String(try cursor.string() ?? []) }
        #expect(fields == ["v", "1", "id", "j", "type", "embed", "content", "t", "run_at", "5", "deadline", "7"])
    }

    @Test("A result that is there is taken without waiting")
    func thereAlready() async throws {
        try await answer("1")
        let answer = try await client.waitForResult(of: "1", until: soon())
        #expect(answer?.result["for"] == .string("1"))
        #expect(try await redis.commandCalls()["xread"] == nil)
    }

    @Test("The announcement wakes the wait: nothing is polled")
    func woken() async throws {
        async let waited = client.waitForResult(of: "1", until: soon())
        try await untilReading()
        try await Task.sleep(for: .milliseconds(200))
        try await answer("1")
        #expect(try await waited?.status == .ok)
        let calls = try await redis.commandCalls()
        #expect(calls["get"] == 2)
        #expect((1...2).contains(calls["xread"] ?? 0))
    }

    @Test("Without a result the wait ends at its deadline")
    func deadline() async throws {
        let start = ContinuousClock.now
        #expect(try await client.waitForResult(of: "1", until: .now + .milliseconds(150)) == nil)
        let duration = start.duration(to: .now)
        #expect(duration >= .milliseconds(150) && duration < .seconds(2))
        #expect(try await client.waitForResult(of: "1", until: .now - .seconds(1)) == nil)
    }

    @Test("Many tasks wait at once: each is woken by its own result, in whatever order they come")
    func many() async throws {
        let ids = (0..<50).map { "j\($0)" }
        try await withThrowingTaskGroup(of: (String, JobAnswer?).self) { group in
            for id in ids {
                group.addTask { (id, try await self.client.waitForResult(of: id, until: .now + .seconds(20))) }
            }
            try await untilReading()
            let start = ContinuousClock.now
            for id in ids.shuffled() { try await answer(id) }
            for try await (id, answer) in group { #expect(answer?.result["for"] == .string(id)) }
            #expect(start.duration(to: .now) < .seconds(3))
        }
    }

    @Test("A short wait is not held up by a long one")
    func shortBesideLong() async throws {
        let client = client
        let long = Task { try await client.waitForResult(of: "never", until: .now + .seconds(60)) }
        try await untilReading()
        let start = ContinuousClock.now
        #expect(try await client.waitForResult(of: "1", until: .now + .milliseconds(150)) == nil)
        let duration = start.duration(to: .now)
        #expect(duration < .seconds(2))
        long.cancel()
        await #expect(throws: RedisError.self) { try await long.value }
    }

    @Test("After a lost connection the next wait reads on")
    func lostConnection() async throws {
        let client = client
        let waiting = Task { try await client.waitForResult(of: "1", until: .now + .seconds(60)) }
        try await untilReading()
        _ = try await redis.integer("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await #expect(throws: RedisError.self) { try await waiting.value }
        let again = Task { try await client.waitForResult(of: "1", until: .now + .seconds(60)) }
        try await untilReading()
        try await answer("1")
        #expect(try await again.value?.status == .ok)
    }

    @Test("What is no result is an error; closing removes the reply stream")
    func noResult() async throws {
        _ = try await redis.execute(RedisCommand("SET", "memory:{0}:result:1", "scribble"))
        await #expect(throws: RedisError.self) { try await client.result(of: "1") }
        try await answer("2")
        await client.close()
        #expect(try await redis.integer("EXISTS", replies) == 0)
    }
}
