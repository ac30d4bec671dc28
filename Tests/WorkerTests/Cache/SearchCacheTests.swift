import Embeddings
import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

@Reactor
@Suite("MemoryWorker: cached searches", .timeLimit(.minutes(1)))
struct SearchCacheTests {
    private func search(_ fleet: Fleet, _ id: String, _ fields: [String: String] = [:]) async throws -> JobAnswer {
        try await fleet.add(.search, id, ["query": "q", "collection": "c"].merging(fields) { $1 })
        return try await fleet.result(id)
    }

    private func queries(_ fleet: Fleet) -> Int {
        fleet.store.calls.reduce(0) { sum, call in
            if case .query(_, let count) = call { sum + count } else { sum }
        }
    }

    /// Answers are written beside the answer to the job.
    private func kept(_ fleet: Fleet, _ count: Int) async throws {
        try await fleet.until("\(count) answers are kept") {
            try await fleet.redis.strings("KEYS", "*:cache:search:*").count == count
        }
    }

    @Test("The same search is answered without the store and the provider, also by another worker")
    func hit() async throws {
        let fleet = try await Fleet()
        let first = try fleet.start("w1")
        try await fleet.save("v", "a memory")
        _ = try await fleet.result("v")
        let asked = try await search(fleet, "s1")
        try await kept(fleet, 1)
        let again = try await search(fleet, "s2")
        #expect(again.result == asked.result)
        for part in ["embedding", "store"] { #expect(again.json["timings_ms"]?[part] == .double(0)) }
        try await first.stop()
        let second = try fleet.start("w2")
        #expect(try await search(fleet, "s3").result == asked.result)
        try await second.stop()
        #expect(queries(fleet) == 1)
        #expect(fleet.embeddings.calls == [["a memory"], ["q"]])
        #expect(try await fleet.redis.string("HGET", fleet.keys.stats, "cache:search:hits") == "2")
        #expect(try await fleet.redis.string("HGET", fleet.keys.stats, "cache:search:misses") == "1")
        #expect(try await fleet.leakedKeys() == [])
    }

    @Test(
        "Whatever the answer depends on makes another search of it",
        arguments: [
            ["tenant": "t"], ["filters": #"{"a": 1}"#], ["top_k": "4"], ["score_threshold": "0.5"],
            ["score_threshold": "0"], ["collection": "d"], ["query": "r"], ["tenant": "t", "filters": #"{"a": 1}"#],
        ]
    )
    func separate(_ fields: [String: String]) async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        _ = try await search(fleet, "s1")
        try await kept(fleet, 1)
        #expect(try await search(fleet, "s2", fields).status == .ok)
        #expect(queries(fleet) == 2)
        try await kept(fleet, 2)
        _ = try await search(fleet, "s3", fields)
        _ = try await search(fleet, "s4")
        #expect(queries(fleet) == 2)
        try await worker.stop()
    }

    @Test("A tenant's searches are apart from those of every other")
    func tenants() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        for tenant in ["a", "b", "a:", "\"a"] { _ = try await search(fleet, "s\(tenant)", ["tenant": tenant]) }
        #expect(queries(fleet) == 4)
        try await kept(fleet, 4)
        try await worker.stop()
    }

    @Test("Who has the answer to a save or a forget, of whatever worker, is never told of the time before")
    func alwaysSeen() async throws {
        let fleet = try await Fleet()
        let workers = try ["w1", "w2"].map { id in try fleet.start(id) { $0.cache.changeWindow = .zero } }
        for round in 1...60 {
            try await fleet.save("v\(round)", "memory \(round)", key: "k\(round)")
            _ = try await fleet.result("v\(round)")
            // The second one is answered from the cache, or by the other worker.
            for id in ["s\(round)", "t\(round)"] {
                #expect(try await search(fleet, id, ["top_k": "1000"]).count == round)
            }
        }
        for round in 1...20 {
            try await fleet.add(.forget, "f\(round)", ["collection": "c", "key": "k\(round)"])
            _ = try await fleet.result("f\(round)")
            #expect(try await search(fleet, "u\(round)", ["top_k": "1000"]).count == 60 - round)
        }
        #expect(queries(fleet) < 140)
        for worker in workers { try await worker.stop() }
    }

    @Test("An answer that was asked for before a save, and comes after it, is not given to who asks then")
    func slowAnswer() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        // What the query is held with is its filter: the tenant's condition.
        fleet.store.turnstile.holds = { $0.contains { $0.contains("is_empty") } }
        try await fleet.add(.search, "slow", ["query": "q", "collection": "c"])
        try await fleet.until("the query is out") { fleet.store.turnstile.heldCount == 1 }
        _ = try await fleet.save("v", "memory")
        _ = try await fleet.result("v")
        fleet.store.turnstile.holds = { _ in false }
        _ = try await fleet.result("slow")
        try await kept(fleet, 1)
        #expect(try await search(fleet, "s").count == 1)
        #expect(queries(fleet) == 2)
        try await worker.stop()
    }

    @Test("A collection that had to be made empties what was known of it")
    func madeCollection() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        _ = try await search(fleet, "s", ["collection": "new"])
        #expect(fleet.store.provisioned == ["new"])
        #expect(try await fleet.redis.string("HGET", fleet.keys.generations, "new") == "1")
        try await worker.stop()
    }

    @Test("Without a time to keep them nothing is asked of Redis; what is too large is not kept")
    func bounds() async throws {
        let fleet = try await Fleet()
        let off = try fleet.start("off") { $0.cache.searchTTL = 0 }
        for id in ["s1", "s2"] { _ = try await search(fleet, id) }
        #expect(queries(fleet) == 2)
        #expect(try await fleet.redis.commandCalls()["hmget"] == nil)
        try await off.stop()
        let small = try fleet.start("small") { $0.cache.maximumAnswerBytes = 10 }
        for id in ["s3", "s4"] { _ = try await search(fleet, id) }
        try await small.stop()
        #expect(queries(fleet) == 4)
        #expect(try await fleet.redis.strings("KEYS", "*:cache:search:*") == [])
    }

    @Test(
        "What is kept and is no answer is not given out",
        arguments: ["", "0", "0:", "0:{", "1:{}", ":{}", "00:{}", "0:[1]"]
    )
    func useless(_ entry: String) async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        _ = try await search(fleet, "s1")
        try await kept(fleet, 1)
        let key = try #require(try await fleet.redis.strings("KEYS", "*:cache:search:*").first)
        _ = try await fleet.redis.execute(RedisCommand("SET", key, entry, "EX", "60"))
        #expect(try await search(fleet, "s2").status == .ok)
        #expect(queries(fleet) == 2)
        try await worker.stop()
    }
}

extension JobAnswer {
    /// Results of a search.
    fileprivate var count: Int {
        if case .array(let results)? = result["results"] { results.count } else { -1 }
    }
}
