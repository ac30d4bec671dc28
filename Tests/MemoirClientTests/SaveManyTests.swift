import JobQueue
import MemoirClient
import RedisClient
import RedisServerFixture
import Synchronization
import Testing

@Suite("MemoryClient: saveMany", .timeLimit(.minutes(2)))
struct SaveManyTests {
    private struct Broken: Error {}

    @Test("Outcomes come in the order of the texts, those that fail among them")
    func order() async throws {
        let bench = try await Bench()
        let worker = await StubWorker(on: bench.server) { job in
            let text = job["content"] ?? ""
            return text.hasSuffix("7")
                ? StubWorker.error("store_refused", "no") : StubWorker.ok(#"{"id":"id-\#(text)","deduped":false}"#)
        }
        let memories = (0..<500).map { MemoryToSave("\($0)", key: "k\($0)") }
        var number = 0
        let outcomes = bench.client.saveMany(memories, in: "c", maximumInFlight: 64, options: CallOptions(lane: .bulk))
        for try await outcome in outcomes {
            switch outcome {
            case .success(let saved): #expect(saved.id == "id-\(number)")
            case .failure(let error): #expect(number % 10 == 7 && error.jobCode == "store_refused")
            }
            number += 1
        }
        #expect(number == 500)
        #expect(await worker.jobs.allSatisfy { $0["key"] == "k\($0["content"] ?? "")" })
    }

    @Test("No more are in flight than there is room for, and no more are taken from the source")
    func bounded() async throws {
        let bench = try await Bench()
        let taken = Mutex(0)
        let source = AsyncStream<MemoryToSave>(unfolding: {
            let number = taken.withLock { taken -> Int in
                taken += 1
                return taken
            }
            return number <= 30 ? MemoryToSave("\(number)") : nil
        })
        let outcomes = bench.client.saveMany(source, in: "c", maximumInFlight: 5)
        try await bench.until("five jobs are queued") { try await bench.entries(.save) == 5 }
        try await Task.sleep(for: .milliseconds(200))
        #expect(try await bench.entries(.save) == 5)
        #expect(taken.withLock { $0 } <= 6)
        let worker = await bench.savingWorker()
        var ids: [String] = []
        for try await outcome in outcomes { ids.append(try outcome.get().id) }
        #expect(ids == (1...30).map { "id-\($0)" })
        await worker.stop()
    }

    @Test("While the lane is full they wait for room, and all are saved")
    func fullLane() async throws {
        let bench = try await Bench()
        _ = try await bench.redis.execute(RedisCommand("HSET", bench.keys.limits, "save", "3"))
        let outcomes = bench.client.saveMany((0..<40).map { MemoryToSave("\($0)") }, in: "c")
        try await bench.until("the lane is full") { try await bench.entries(.save) == 3 }
        let worker = await bench.savingWorker()
        var count = 0
        for try await outcome in outcomes {
            #expect(try outcome.get().id == "id-\(count)")
            count += 1
        }
        #expect(count == 40)
        await worker.stop()
    }

    @Test("A source that breaks ends the outcomes with its error, after those that were begun")
    func brokenSource() async throws {
        let bench = try await Bench()
        let worker = await bench.savingWorker()
        let source = AsyncThrowingStream<MemoryToSave, any Error> { continuation in
            for number in 0..<3 { continuation.yield(MemoryToSave("\(number)")) }
            continuation.finish(throwing: Broken())
        }
        var count = 0
        await #expect(throws: Broken.self) {
            for try await outcome in bench.client.saveMany(source, in: "c") {
                _ = try outcome.get()
                count += 1
            }
        }
        #expect(count == 3)
        await worker.stop()
    }

    @Test("Whoever stops early begins no further saves")
    func stopsEarly() async throws {
        let bench = try await Bench()
        let worker = await bench.savingWorker()
        let memories = (0..<1_000).map { MemoryToSave("\($0)") }
        var seen = 0
        for try await _ in bench.client.saveMany(memories, in: "c", maximumInFlight: 4) {
            seen += 1
            if seen == 10 { break }
        }
        try await Task.sleep(for: .milliseconds(300))
        #expect(await worker.jobs.count < 100)
    }
}
