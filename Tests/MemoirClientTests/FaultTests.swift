import JobQueue
import MemoirClient
import RedisClient
import RedisServerFixture
import Testing

@Suite("MemoryClient: faults", .timeLimit(.minutes(2)))
struct FaultTests {
    /// Ids of the jobs that came, and how often.
    private func counts(_ worker: StubWorker) async -> [String: Int] {
        await worker.jobs.reduce(into: [:]) { $0[$1["id"] ?? "", default: 0] += 1 }
    }

    @Test("A wait survives cut connections: nothing is sent again, for nothing is lost")
    func cut() async throws {
        let bench = try await Bench()
        let client = bench.client
        let waiting = (0..<50).map { number in Task { try await client.save("\(number)", in: "c") } }
        try await bench.until("all jobs are queued") { try await bench.entries(.save) == 50 }
        try await bench.untilReading()
        for _ in 0..<3 {
            _ = try await bench.redis.integer("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            try await Task.sleep(for: .milliseconds(100))
        }
        let worker = await bench.savingWorker()
        for (number, task) in waiting.enumerated() { #expect(try await task.value.id == "id-\(number)") }
        #expect(await counts(worker).values.allSatisfy { $0 == 1 })
    }

    @Test("What was announced while the connection was away is found when it is back")
    func missed() async throws {
        let bench = try await Bench()
        let client = bench.client
        let waiting = Task { try await client.save("x", in: "c", options: CallOptions(jobID: "j")) }
        try await bench.until("the job is queued") { try await bench.entries(.save) == 1 }
        // The result without its announcement.
        let result = #"{"id":"j",\#(StubWorker.ok(#"{"id":"p","deduped":false}"#))}"#
        _ = try await bench.redis.execute(RedisCommand("SET", "memory:{0}:result:j", result))
        try await bench.untilReading()
        _ = try await bench.redis.integer("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        #expect(try await waiting.value.id == "p")
    }

    @Test("Waits survive a restart of Redis, whether it kept the jobs or lost them", arguments: [true, false])
    func restart(persistent: Bool) async throws {
        let bench = try await Bench(persistent: persistent)
        let client = bench.client
        let waiting = (0..<50).map { number in Task { try await client.save("\(number)", in: "c") } }
        try await bench.until("all jobs are queued") { try await bench.entries(.save) == 50 }
        try await bench.untilReading()
        bench.server.kill()
        try await Task.sleep(for: .milliseconds(300))
        try await bench.server.start()
        if persistent { #expect(try await bench.entries(.save) >= 50) }
        let worker = await bench.savingWorker()
        for (number, task) in waiting.enumerated() { #expect(try await task.value.id == "id-\(number)") }
        #expect(await counts(worker).count == 50)
    }

    @Test("Calls that are made while Redis is away are done when it is back")
    func away() async throws {
        let bench = try await Bench()
        let worker = await bench.savingWorker()
        let client = bench.client
        try await client.save("before", in: "c")
        bench.server.kill()
        let waiting = (0..<20).map { number in Task { try await client.save("\(number)", in: "c") } }
        try await Task.sleep(for: .milliseconds(500))
        try await bench.server.start()
        for (number, task) in waiting.enumerated() { #expect(try await task.value.id == "id-\(number)") }
        await worker.stop()
    }

    @Test("Where Redis stays away a call ends soon after its timeout, and says so")
    func staysAway() async throws {
        let bench = try await Bench()
        bench.server.kill()
        let start = ContinuousClock.now
        let error = await #expect(throws: MemoryError.self) {
            try await bench.client.save("x", in: "c", options: CallOptions(timeout: .milliseconds(500)))
        }
        #expect(error?.code == .unavailable && error?.message.contains("REDIS_URL") == true)
        #expect(start.duration(to: .now) < .seconds(8))
    }

    @Test("A job whose answer was lost is sent again under its own id", arguments: [0, 1, 40, 200, 700, 1_500])
    func lostAnswer(afterBytes bytes: Int) async throws {
        let bench = try await Bench()
        let worker = await bench.savingWorker()
        // Connections of this client come from now on, each cut somewhere.
        let faulty = try FaultyProxy(
            to: bench.server.port,
            [.cutReplies(afterBytes: bytes + 400), .cutReplies(afterBytes: bytes), .cutCommands(afterBytes: bytes)]
        )
        var configuration = MemoryClient.Configuration()
        configuration.endpoint = .tcp(host: "127.0.0.1", port: faulty.port)
        let client = try await MemoryClient.connect(configuration)
        for number in 0..<20 {
            let saved = try await client.save("\(number)", in: "c", options: CallOptions(jobID: "j\(number)"))
            #expect(saved.id == "id-\(number)")
        }
        #expect(await Set(counts(worker).keys) == Set((0..<20).map { "j\($0)" }))
        await client.close()
        faulty.stop()
    }

    @Test("What somebody has to mend is told at once, not at the timeout")
    func refused() async throws {
        let bench = try await Bench()
        _ = try await bench.redis.execute(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
        let start = ContinuousClock.now
        let error = await #expect(throws: MemoryError.self) { try await bench.client.save("x", in: "c") }
        #expect(error?.code == .unavailable && error?.message.contains("maxmemory") == true)
        #expect(start.duration(to: .now) < .seconds(10))
    }
}
