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
@Suite("MemoryWorker: cached embeddings", .timeLimit(.minutes(1)))
struct EmbeddingCacheTests {
    private func run(_ fleet: Fleet, _ run: Int, texts: Int = 60) async throws {
        try await fleet.add(
            (0..<texts).map { number -> (JobType, String, Lane?, [String: String]) in
                switch number % 3 {
                case 0: (.embed, "\(run)-\(number)", nil, ["content": "text \(number)"])
                case 1: (.save, "\(run)-\(number)", nil, ["content": "text \(number)", "collection": "c"])
                default: (.save, "\(run)-\(number)", .bulk, ["content": "text \(number)", "collection": "c"])
                }
            }
        )
        for number in 0..<texts { #expect(try await fleet.result("\(run)-\(number)").status == .ok) }
    }

    @Test("The second run of the same texts makes no call, nor does the third, by a worker with an empty memory")
    func runs() async throws {
        let fleet = try await Fleet()
        let first = try fleet.start("w1")
        try await run(fleet, 1)
        #expect(fleet.embeddings.textCount == 60)
        let embedded = try await fleet.result("1-0").result
        #expect(embedded["cached"] == .bool(false) && embedded["tokens"] == .integer(3))
        try await first.stop()

        let second = try fleet.start("w2")
        for round in 2...3 {
            try await run(fleet, round)
            let again = try await fleet.result("\(round)-0").result
            #expect(again["cached"] == .bool(true) && again["tokens"] == .integer(4))
            #expect(again["embedding"] == embedded["embedding"])
        }
        try await fleet.until("the heartbeat says so") {
            try await fleet.redis.string("HGET", fleet.keys.worker("w2"), "cache_hits") == "120"
        }
        try await second.stop()
        #expect(fleet.embeddings.textCount == 60)
        #expect(try await fleet.redis.string("HGET", fleet.keys.stats, "cache:embedding:hits") == "120")
        #expect(try await fleet.redis.string("HGET", fleet.keys.stats, "cache:embedding:misses") == "60")
        let saved = try await fleet.redis.string("HGET", fleet.keys.stats, "cache:embedding:tokens_saved")
        #expect(saved.flatMap { Int($0) } ?? 0 >= 120 * 4)
        #expect(try await fleet.leakedKeys() == [])
    }

    @Test("A thousand saves of one text at once make one call", arguments: [true, false])
    func oneText(_ hasKeys: Bool) async throws {
        let fleet = try await Fleet()
        try await fleet.add(
            (0..<1_000).map { number in
                let key = hasKeys ? ["key": "k\(number)"] : [:]
                return (.save, "\(number)", nil, ["content": "the same", "collection": "c"].merging(key) { $1 })
            }
        )
        let worker = try fleet.start()
        try await fleet.drained()
        #expect(fleet.embeddings.calls == [["the same"]])
        #expect(fleet.store.points(in: "c").count == (hasKeys ? 1_000 : 1))
        try await worker.stop()
        #expect(try await fleet.redis.string("HGET", fleet.keys.stats, "cache:embedding:hits") == "999")
        #expect(try await fleet.redis.string("HGET", fleet.keys.stats, "cache:embedding:misses") == "1")
    }

    @Test("While the provider is down, what is cached goes on: embeds, saves and searches")
    func providerDown() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start { $0.cache.searchTTL = 0 }
        try await fleet.embed("e", "known")
        #expect(try await fleet.result("e").status == .ok)
        fleet.embeddings.failure = EmbeddingError(.passing, "down for a test")
        try await fleet.embed("unknown")
        try await fleet.until("the circuit is open") { fleet.embeddings.calls.count >= 3 }
        try await fleet.embed("e2", "known")
        try await fleet.save("v2", "known")
        try await fleet.add(.search, "s2", ["query": "known", "collection": "c"])
        for id in ["e2", "v2", "s2"] { #expect(try await fleet.result(id).status == .ok) }
        #expect(try await fleet.answer("unknown") == nil)
        fleet.embeddings.failure = nil
        #expect(try await fleet.result("unknown").status == .ok)
        try await worker.stop()
    }

    @Test("A Redis that is too full gets nothing from the caches, and jobs go on")
    func noRoom() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start {
            $0.cache.room = RedisRoom(percent: 80, bytes: 1)
            $0.cache.roomInterval = .milliseconds(10)
        }
        try await fleet.until("it is known") { fleet.log.events.contains("cache_writes_stopped") }
        try await fleet.embed("a")
        try await fleet.search("s")
        for id in ["a", "s"] { #expect(try await fleet.result(id).status == .ok) }
        #expect(try await fleet.redis.strings("KEYS", "*:cache:*") == [])
        try await fleet.until("the heartbeat counts them") {
            try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "cache_writes_dropped") == "3"
        }
        _ = try await fleet.redis.execute(RedisCommand("CONFIG", "SET", "maxmemory", "1gb"))
        try await fleet.until("there is room") { fleet.log.events.contains("cache_writes_resumed") }
        try await fleet.embed("b")
        try await fleet.until("it is kept") {
            try await fleet.redis.integer("EXISTS", CacheRig.key("b", fleet.keys)) == 1
        }
        try await worker.stop()
    }

    @Test("A job that is cancelled, or late, while its text is looked up is answered so")
    func endsDuringLookUp() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        try await fleet.embed("1", "same")
        try await fleet.until("it is claimed") { fleet.embeddings.callsAtOnce == 1 }
        try await fleet.embed("2", "same")
        try await fleet.embed("3", "same", deadline: WallClock.milliseconds + 300)
        try await fleet.cancel("2")
        #expect(try await fleet.result("2").errorCode == "cancelled")
        #expect(try await fleet.result("3").status == .expired)
        fleet.embeddings.turnstile.holds = { _ in false }
        #expect(try await fleet.result("1").status == .ok)
        try await worker.stop()
    }
}
