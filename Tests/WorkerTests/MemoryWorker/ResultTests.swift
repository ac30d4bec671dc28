import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import Worker

@Reactor
@Suite("MemoryWorker: results", .timeLimit(.minutes(1)))
struct ResultTests {
    nonisolated static let badInputs: [(field: String, fields: [String: String])] = [
        ("v", ["v": "2", "type": "embed", "content": "x"]),
        ("id", ["id": "", "type": "embed", "content": "x"]),
        ("id", ["id": String(repeating: "x", count: 129), "type": "embed", "content": "x"]),
        ("type", ["type": "remember", "content": "x"]),
        ("content", ["type": "embed"]),
        ("content", ["type": "embed", "content": " \n"]),
        ("content", ["type": "save", "collection": "c"]),
        ("content", ["type": "embed", "content": String(repeating: "x", count: 1_001)]),
        ("collection", ["type": "save", "content": "x"]),
        ("collection", ["type": "save", "content": "x", "collection": "unknown"]),
        ("query", ["type": "search", "collection": "c", "content": "x"]),
        ("top_k", ["type": "search", "collection": "c", "query": "x", "top_k": "0"]),
        ("score_threshold", ["type": "search", "collection": "c", "query": "x", "score_threshold": "high"]),
        ("filters", ["type": "search", "collection": "c", "query": "x", "filters": "{"]),
        ("metadata", ["type": "save", "collection": "c", "content": "x", "metadata": "[1]"]),
        ("key", ["type": "forget", "collection": "c"]),
        ("filters", ["type": "forget", "collection": "c", "filters": "{}"]),
        ("ttl", ["type": "embed", "content": "x", "ttl": "0"]),
        ("deadline", ["type": "embed", "content": "x", "deadline": "tomorrow"]),
        ("encoding_format", ["type": "embed", "content": "x", "encoding_format": "int8"]),
    ]

    @Test("Bad input is answered with invalid_job and the field's name, kept as a dead letter, and holds up nothing")
    func badInput() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start { $0.maximumContentBytes = 1_000 }
        for (index, input) in Self.badInputs.enumerated() {
            try await fleet.add(.embed, "bad\(index)", input.fields)
        }
        try await fleet.embed("good")
        #expect(try await fleet.result("good").status == .ok)
        try await fleet.drained()
        for (index, input) in Self.badInputs.enumerated() where input.field != "id" {
            let answer = try await fleet.result("bad\(index)")
            #expect(answer.status == .error && answer.errorCode == "invalid_job")
            #expect(answer.errorMessage?.hasPrefix("\(input.field): ") == true, "\(answer.errorMessage ?? "")")
            #expect(answer.json["error"]?["retryable"] == .bool(false))
        }
        let announced = try await fleet.announcements()
        #expect(announced.count == Self.badInputs.count + 1)
        // Where the id cannot be used, the entry's own names the result.
        for id in announced.map(\.id) where !id.hasPrefix("bad") && id != "good" {
            #expect(try await fleet.result(id).errorMessage?.hasPrefix("id: ") == true)
        }
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) == Self.badInputs.count)
        #expect(fleet.embeddings.calls == [["good"]])
        try await worker.stop()
    }

    @Test("Each type of job is answered in its form")
    func forms() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.embed("e", "abc")
        try await fleet.save("v", "abc")
        let embed = try await fleet.result("e")
        #expect(embed.result["embedding"] == .array([.integer(3), .integer(99)]))
        #expect(embed.result["dimensions"] == .integer(2))
        #expect(embed.result["model"] == .string("test-model"))
        #expect(embed.result["tokens"] == .integer(3))
        #expect(embed.json["worker"] == .string("w1"))
        #expect(embed.json["id"] == .string("e") && embed.json["type"] == .string("embed"))
        #expect(try await fleet.result("v").result["deduped"] == .bool(false))
        try await fleet.search("s")
        guard case .array(let hits)? = try await fleet.result("s").result["results"] else {
            Issue.record("a search without results")
            return
        }
        #expect(hits.count == 1)
        #expect(hits.first?["id"] == (try await fleet.result("v").result["id"]))
        #expect(hits.first?["payload"]?["content"] == .string("abc"))
        try await worker.stop()
    }

    @Test(
        "Every key that is left vanishes by itself or is declared to stay, and a result's life is what the job asked for"
    )
    func keysLeft() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.add(.embed, "short", ["content": "x", "ttl": "100"])
        try await fleet.embed("bad", " ")
        try await fleet.embed("late", deadline: 1)
        try await fleet.save("v")
        try await fleet.search("s")
        try await fleet.add(.forget, "f", ["collection": "c", "key": "k"])
        try await fleet.drained()
        #expect(try await fleet.leakedKeys() == [])
        #expect((1...100).contains(try await fleet.redis.integer("TTL", "memory:{0}:result:short")))
        #expect((86_000...86_400).contains(try await fleet.redis.integer("TTL", "memory:{0}:result:v")))
        try await worker.stop()
        #expect(try await fleet.leakedKeys() == [])
        var counters: [String: String] = [:]
        let pairs = try await fleet.redis.strings("HGETALL", fleet.keys.stats)
        for index in stride(from: 0, to: pairs.count, by: 2) { counters[pairs[index]] = pairs[index + 1] }
        #expect(
            counters == [
                "finished:ok:embed": "1", "finished:error:embed": "1", "finished:expired:embed": "1",
                "finished:ok:save": "1", "finished:ok:search": "1", "finished:ok:forget": "1",
                "cache:embedding:misses": "3", "cache:search:misses": "1",
            ]
        )
    }
}
