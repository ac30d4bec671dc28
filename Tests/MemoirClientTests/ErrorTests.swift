import JobQueue
import MemoirClient
import RedisClient
import RedisServerFixture
import Testing

@Suite("MemoryClient: errors", .timeLimit(.minutes(1)))
struct ErrorTests {
    static let failures: [(body: String, code: MemoryError.Code, field: String?, jobCode: String?, isRetryable: Bool)] =
        [
            (StubWorker.error("invalid_job", "filters.a: is no number"), .invalidJob, "filters.a", nil, false),
            (StubWorker.error("budget_exceeded", "spent", retryable: true), .failed, nil, "budget_exceeded", true),
            (StubWorker.error("store_refused", "no"), .failed, nil, "store_refused", false),
            (#""status":"expired","error":{"code":"expired","message":"late"}"#, .expired, nil, nil, true),
            (StubWorker.ok(#"{"deduped":true}"#), .invalidAnswer, nil, nil, false),
            (#""status":"strange""#, .invalidAnswer, nil, nil, false),
        ]

    @Test("What a job was answered with is told by code, and by what the caller can do", arguments: failures)
    func answered(
        _ failure: (body: String, code: MemoryError.Code, field: String?, jobCode: String?, isRetryable: Bool)
    ) async throws {
        let bench = try await Bench()
        let worker = await StubWorker(on: bench.server) { _ in failure.body }
        let error = await #expect(throws: MemoryError.self) {
            try await bench.client.save("x", in: "c", options: CallOptions(jobID: "j"))
        }
        #expect(error?.code == failure.code && error?.field == failure.field && error?.jobCode == failure.jobCode)
        #expect(error?.isRetryable == failure.isRetryable && error?.jobID == "j")
        await worker.stop()
    }

    @Test("A full lane refuses at once, and nothing is added")
    func fullLane() async throws {
        let bench = try await Bench()
        _ = try await bench.redis.execute(RedisCommand("HSET", bench.keys.limits, "save", "1"))
        _ = try await bench.redis.execute(RedisCommand("XADD", bench.keys.jobs(.save), "*", "id", "other"))
        let error = await #expect(throws: MemoryError.self) { try await bench.client.save("x", in: "c") }
        #expect(error?.code == .queueFull && error?.message.contains("save") == true)
        #expect(try await bench.entries(.save) == 1)
    }

    @Test("Without an answer a call ends at its timeout, and its job stays")
    func timeout() async throws {
        let bench = try await Bench()
        let start = ContinuousClock.now
        let error = await #expect(throws: MemoryError.self) {
            try await bench.client.save("x", in: "c", options: CallOptions(timeout: .milliseconds(200), jobID: "j"))
        }
        let duration = start.duration(to: .now)
        #expect(error?.code == .timedOut && error?.jobID == "j")
        #expect(duration >= .milliseconds(200) && duration < .seconds(5))
        #expect(try await bench.entries(.save) == 1)
    }

    @Test("What cannot be sent is refused here")
    func notSent() async throws {
        let bench = try await Bench()
        let number = await #expect(throws: MemoryError.self) {
            try await bench.client.save("x", in: "c", metadata: ["amount": .double(.nan)])
        }
        #expect(number?.code == .invalidJob && number?.field == "metadata")
        let timeout = await #expect(throws: MemoryError.self) {
            try await bench.client.embed("x", options: CallOptions(timeout: .zero))
        }
        #expect(timeout?.code == .invalidJob && timeout?.field == "timeout")
        #expect(try await bench.entries(.save) == 0)
        #expect(try await bench.entries(.embed) == 0)
    }

    @Test("More calls at once than the bound allows are refused, and those before are not disturbed")
    func tooMany() async throws {
        let bench = try await Bench { $0.maximumJobsInFlight = 2 }
        let client = bench.client
        let waiting = ["a", "b"].map { text in Task { try await client.save(text, in: "c") } }
        try await bench.until("two jobs are queued") { try await bench.entries(.save) == 2 }
        let error = await #expect(throws: MemoryError.self) { try await client.save("c", in: "c") }
        #expect(error?.code == .tooManyJobs)
        let worker = await bench.savingWorker()
        for (text, task) in zip(["a", "b"], waiting) { #expect(try await task.value.id == "id-\(text)") }
        #expect(try await client.save("c", in: "c").id == "id-c")
        await worker.stop()
    }

    @Test("Whoever waits when the client is closed is told; so is whoever calls it later; the stream is gone")
    func close() async throws {
        let bench = try await Bench()
        let client = bench.client
        let waiting = (0..<20).map { number in Task { try await client.save("\(number)", in: "c") } }
        try await bench.until("all jobs are queued") { try await bench.entries(.save) == 20 }
        _ = try await bench.redis.execute(RedisCommand("XADD", try await replies(bench), "*", "id", "stale"))
        await client.close()
        for task in waiting {
            let error = await #expect(throws: MemoryError.self) { try await task.value }
            #expect(error?.code == .closed)
        }
        let later = await #expect(throws: MemoryError.self) { try await client.embed("x") }
        #expect(later?.code == .closed)
        #expect(try await bench.redis.strings("KEYS", "*replies*").isEmpty)
        await client.close()
    }

    private func replies(_ bench: Bench) async throws -> String {
        var cursor = try await bench.redis.execute(
            RedisCommand("XRANGE", bench.keys.jobs(.save), "-", "+", "COUNT", "1")
        ).cursor
        _ = try cursor.array()
        _ = try cursor.array()
        try cursor.skip()
        var texts: [String] = []
        for _ in 0..<(try cursor.array() ?? 0) { texts.append(try cursor.scalarText() ?? "") }
        return try #require(texts.last)
    }

    @Test("A call whose task is cancelled ends at once")
    func cancelled() async throws {
        let bench = try await Bench()
        let client = bench.client
        let task = Task { try await client.save("x", in: "c") }
        try await bench.until("the job is queued") { try await bench.entries(.save) == 1 }
        task.cancel()
        let error = await #expect(throws: MemoryError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test(
        "A wrong URL says what would be right, without the password",
        arguments: ["127.0.0.1", "http://x", "redis://:secret@host:0", "redis://", "unix://relative"]
    )
    func urls(_ url: String) async {
        let error = await #expect(throws: MemoryError.self) { try await MemoryClient.connect(to: url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("A server that is not there, or refuses the password, is told when connecting")
    func connecting() async throws {
        let bench = try await Bench()
        _ = try await bench.redis.execute(RedisCommand("CONFIG", "SET", "requirepass", "right"))
        var configuration = MemoryClient.Configuration()
        configuration.endpoint = .unixSocket(path: bench.server.socketPath)
        configuration.password = "wrong-secret"
        configuration.commandTimeout = .seconds(1)
        let refused = await #expect(throws: MemoryError.self) { try await MemoryClient.connect(configuration) }
        #expect(refused?.code == .unavailable && refused?.message.contains("secret") == false)
        configuration.password = "right"
        let client = try await MemoryClient.connect(configuration)
        await client.close()
        bench.server.kill()
        let away = await #expect(throws: MemoryError.self) { try await MemoryClient.connect(configuration) }
        #expect(away?.code == .unavailable && away?.isRetryable == true)
    }
}
