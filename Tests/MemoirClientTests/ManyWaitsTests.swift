import JobQueue
import MemoirClient
import RedisClient
import RedisServerFixture
import Testing

@Suite("MemoryClient: many at once", .timeLimit(.minutes(2)))
struct ManyWaitsTests {
    @Test("A thousand calls that wait cost Redis nothing, on two connections; each gets its own answer")
    func thousand() async throws {
        let count = 1_000
        let bench = try await Bench { $0.timeout = .seconds(60) }
        let client = bench.client
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    let saved = try await client.save("\(number)", in: "c")
                    #expect(saved.id == "id-\(number)")
                }
            }
            try await bench.until("all jobs are queued") { try await bench.entries(.save) == count }
            try await bench.untilReading()
            let before = try await bench.redis.commandCalls()
            try await Task.sleep(for: .seconds(2))
            let after = try await bench.redis.commandCalls()
            #expect(after["get"] == before["get"] && after["evalsha"] == before["evalsha"])
            // A read of the stream lasts five seconds.
            #expect((after["xread"] ?? 0) - (before["xread"] ?? 0) <= 1)
            let clients = try await bench.redis.string("CLIENT", "LIST")?.split(whereSeparator: \.isNewline) ?? []
            #expect(clients.count { $0.contains("name=memoir-client") } == 2)

            let worker = await bench.savingWorker()
            try await group.waitForAll()
            await worker.stop()
        }
        // One look at each result, when it was announced; one question about the time for all.
        let calls = try await bench.redis.commandCalls()
        #expect(calls["get"] == count && calls["time"] == 1)
        #expect(calls["evalsha"] == count)
    }

    @Test("Whoever waits alone gets the result with its announcement: nothing is asked after it")
    func alone() async throws {
        let bench = try await Bench()
        let worker = await bench.savingWorker()
        for number in 0..<3 {
            #expect(try await bench.client.save("\(number)", in: "c").id == "id-\(number)")
            let clients = try await bench.redis.string("CLIENT", "LIST")?.split(whereSeparator: \.isNewline) ?? []
            let last = clients.filter { $0.contains("name=memoir-client") }.map { client in
                client.split(separator: " ").first { $0.hasPrefix("cmd=") } ?? ""
            }
            // On the connection that reads, and on the one that sends.
            #expect(last.sorted() == ["cmd=evalsha", "cmd=get"])
        }
        await worker.stop()
    }

    @Test("A short wait is not held up by a long one, nor a finished one by those that wait on")
    func shortBesideLong() async throws {
        let bench = try await Bench()
        let client = bench.client
        let worker = await StubWorker(on: bench.server) { job in
            job["content"] == "never" ? nil : StubWorker.ok(#"{"id":"p","deduped":false}"#)
        }
        let long = Task { try await client.save("never", in: "c") }
        try await bench.untilReading()
        let start = ContinuousClock.now
        for _ in 0..<50 { try await client.save("soon", in: "c") }
        #expect(start.duration(to: .now) < .seconds(4))
        long.cancel()
        await #expect(throws: MemoryError.self) { try await long.value }
        await worker.stop()
    }
}
