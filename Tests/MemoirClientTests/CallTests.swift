import JobQueue
import MemoirClient
import RedisClient
import RedisServerFixture
import Testing

@Suite("MemoryClient: calls", .timeLimit(.minutes(1)))
struct CallTests {
    /// Fields that differ from call to call and between clients.
    private static let passing: Set<String> = ["id", "reply_to", "ttl", "deadline"]

    private func expectJob(
        _ worker: StubWorker,
        _ fields: [String: String],
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let job = try #require(await worker.jobs.last, sourceLocation: location)
        #expect(job["reply_to"]?.hasPrefix("memory:{0}:replies:") == true, sourceLocation: location)
        #expect(job.filter { !Self.passing.contains($0.key) } == fields, sourceLocation: location)
    }

    @Test("A save is sent with all that it has, and answers the memory's id")
    func save() async throws {
        let bench = try await Bench { $0.tenant = "acme" }
        let worker = await bench.worker(answering: #"{"id":"p","deduped":true}"#)
        let saved = try await bench.client.save(
            "SNCB, €22.70",
            in: "invoices",
            metadata: ["vendor_name": "SNCB", "amount": 22.7, "matched": false],
            key: "INV-7"
        )
        #expect(saved.id == "p" && saved.isDuplicate)
        try await expectJob(
            worker,
            [
                "v": "1", "type": "save", "collection": "invoices", "content": "SNCB, €22.70", "key": "INV-7",
                "metadata": #"{"amount":22.7,"matched":false,"vendor_name":"SNCB"}"#, "tenant": "acme",
            ]
        )
        try await bench.client.save("x", in: "notes", tenant: "o", options: CallOptions(lane: .bulk))
        try await expectJob(worker, ["v": "1", "type": "save", "collection": "notes", "content": "x", "tenant": "o"])
        #expect(try await bench.entries(.bulk) == 0)
    }

    @Test("A search answers ids, scores and payloads")
    func search() async throws {
        let bench = try await Bench()
        let worker = await bench.worker(
            answering: """
                {"results":[{"id":"a","score":0.75,"payload":{"content":"c","tags":["x",1,null]}},
                {"id":"b","score":0,"payload":{}}]}
                """
        )
        let found = try await bench.client.search(
            "rail",
            in: "invoices",
            limit: 3,
            filters: ["matched": false],
            scoreThreshold: 0.5
        )
        #expect(found.map(\.id) == ["a", "b"] && found.map(\.score) == [0.75, 0])
        #expect(found[0].content == "c" && found[0].payload["tags"] == ["x", 1, nil])
        try await expectJob(
            worker,
            [
                "v": "1", "type": "search", "collection": "invoices", "query": "rail", "top_k": "3",
                "filters": #"{"matched":false}"#, "score_threshold": "0.5",
            ]
        )
    }

    @Test("An embedding is decoded from little-endian float32")
    func embed() async throws {
        let bench = try await Bench()
        let worker = await bench.worker(
            answering: #"{"embedding":"AACAPwAAAMA=","dimensions":2,"model":"m","tokens":3,"cached":true}"#
        )
        let embedding = try await bench.client.embed("rail")
        #expect(embedding.vector == [1, -2] && embedding.model == "m")
        #expect(embedding.tokens == 3 && embedding.isCached == true)
        try await expectJob(worker, ["v": "1", "type": "embed", "content": "rail", "encoding_format": "base64"])
    }

    @Test("What is to be forgotten is named by key or by filters")
    func forget() async throws {
        let bench = try await Bench()
        let worker = await bench.worker(answering: #"{"forgotten":2}"#)
        #expect(try await bench.client.forget(key: "k", in: "c") == 2)
        try await expectJob(worker, ["v": "1", "type": "forget", "collection": "c", "key": "k"])
        #expect(try await bench.client.forget(matching: ["a": 1], in: "c") == 2)
        try await expectJob(worker, ["v": "1", "type": "forget", "collection": "c", "filters": #"{"a":1}"#])
    }

    @Test("One memory is read by key or id, and many a page at a time")
    func reading() async throws {
        let bench = try await Bench()
        let one = await bench.worker(answering: #"{"memory":{"id":"a","payload":{"content":"c"}}}"#)
        #expect(try await bench.client.get(key: "k", in: "c")?.content == "c")
        try await expectJob(one, ["v": "1", "type": "get", "collection": "c", "key": "k"])
        #expect(try await bench.client.get(id: "a", in: "c", tenant: "t")?.id == "a")
        try await expectJob(one, ["v": "1", "type": "get", "collection": "c", "memory_id": "a", "tenant": "t"])
        await one.stop()
        let none = await bench.worker(answering: #"{"memory":null}"#)
        #expect(try await bench.client.get(key: "k", in: "c") == nil)
        await none.stop()
        let page = await bench.worker(answering: #"{"memories":[{"id":"a","payload":{}}],"next":"b"}"#)
        let listed = try await bench.client.list(in: "c", limit: 1, after: "0")
        #expect(listed.memories.map(\.id) == ["a"] && listed.next == "b")
        try await expectJob(page, ["v": "1", "type": "list", "collection": "c", "top_k": "1", "after": "0"])
    }

    @Test("The system's figures are read by name")
    func statistics() async throws {
        let bench = try await Bench()
        let worker = await bench.worker(
            answering: #"{"cache":{"hit_rate_percent":50,"total_requests":4},"collections":{"c":{"points_count":7}}}"#
        )
        let report = try await bench.client.systemStatistics()
        #expect(report.cacheHitRatePercent == 50 && report.cacheRequests == 4)
        #expect(report.pointsCount(of: "c") == 7 && report.pointsCount(of: "d") == nil)
        try await expectJob(worker, ["v": "1", "type": "stats"])
    }

    @Test("A job expires with its call, by the clock of Redis, unless it is not to")
    func deadlines() async throws {
        let bench = try await Bench()
        let worker = await bench.savingWorker()
        let now = try await bench.redis.timeInMilliseconds()
        try await bench.client.save("x", in: "c", options: CallOptions(timeout: .seconds(7), jobID: "mine"))
        let job = try #require(await worker.jobs.last)
        let deadline = try #require(job["deadline"].flatMap { Int($0) })
        #expect((now + 5_000...now + 20_000).contains(deadline))
        #expect(job["id"] == "mine" && job["ttl"] == "67")
        try await bench.client.save("x", in: "c", options: CallOptions(expiresWithCall: false))
        #expect(await worker.jobs.last?["deadline"] == nil)
    }
}
