import Embeddings
import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

@Reactor
@Suite("Looking up texts in the caches", .timeLimit(.minutes(1)))
struct CacheLookUpTests {
    @Test("What Redis holds costs no call, and is in memory from then on: the next one goes on in the same turn")
    func hit() async throws {
        let rig = try await CacheRig()
        try await rig.put([7, 8], for: "a")
        try await rig.run {
            let first = rig.embed("a")
            try await rig.told.until("it has its vector") { rig.told.embedded == ["a"] }
            #expect(first.vector == [7, 8])
            #expect(first.isCached && first.tokens == 1)
            let second = rig.embed("a")
            #expect(second.vector == [7, 8] && second.isCached)
            #expect(rig.told.embedded == ["a", "a"])
        }
        #expect(rig.provider.calls.isEmpty)
        #expect(rig.cache.statistics == CacheCounts(hits: 2, tokensSaved: 2))
        #expect(rig.stage.batcher.count == 0)
    }

    @Test("What it lacks is embedded, kept in memory and in Redis with an end")
    func miss() async throws {
        let rig = try await CacheRig { $0.embeddingTTL = 77 }
        try await rig.run {
            let item = rig.embed("abc")
            try await rig.told.until("it has its vector") { rig.told.embedded == ["abc"] }
            #expect(!item.isCached && item.tokens == 1)
            #expect(rig.embed("abc").isCached)
            try await rig.until("it is kept") { try await rig.kept("abc") == TestEmbeddings.vector(of: "abc") }
        }
        #expect((1...77).contains(try await rig.redis.integer("TTL", rig.key("abc"))))
        #expect(rig.provider.calls.count == 1)
        #expect(rig.cache.statistics == CacheCounts(hits: 1, misses: 1, tokensSaved: 2))
    }

    @Test("One round trip for all that one turn brings, in as many commands as its bound asks for")
    func oneRoundTrip() async throws {
        let rig = try await CacheRig()
        for number in stride(from: 0, to: 1_200, by: 2) { try await rig.put([1, 2], for: "t\(number)") }
        try await rig.run {
            for number in 0..<1_200 { rig.embed("t\(number)") }
            try await rig.told.until("all have their vectors") { rig.told.embedded.count == 1_200 }
        }
        #expect(rig.provider.calls.reduce(0) { $0 + $1.texts.count } == 600)
        #expect(try await rig.redis.commandCalls()["mget"] == 3)
        #expect(rig.cache.statistics.hits == 600 && rig.cache.statistics.misses == 600)
    }

    nonisolated static let unusable: [[UInt8]] = [
        [], [1, 2, 3], Array(repeating: 0, count: 12), [0, 0, 0xC0, 0x7F, 0, 0, 0x80, 0x3F],
        [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x7F],
    ]

    @Test("What cannot be used counts as a miss, and is replaced", arguments: unusable)
    func useless(_ bytes: [UInt8]) async throws {
        let rig = try await CacheRig()
        try await rig.put(bytes: bytes, for: "a")
        try await rig.run {
            rig.embed("a")
            try await rig.told.until("it has its vector") { rig.told.embedded == ["a"] }
            try await rig.until("it is replaced") { try await rig.kept("a") == TestEmbeddings.vector(of: "a") }
        }
        #expect(rig.provider.calls.count == 1)
    }

    @Test("A key of another kind counts as a miss, and is replaced")
    func otherKind() async throws {
        let rig = try await CacheRig()
        _ = try await rig.redis.execute(RedisCommand("HSET", rig.key("a"), "x", "y"))
        try await rig.put([5, 6], for: "b")
        try await rig.run {
            for text in ["a", "b"] { rig.embed(text) }
            try await rig.told.until("both have their vectors") { rig.told.embedded.count == 2 }
            try await rig.until("it is replaced") {
                try await rig.redis.string("TYPE", rig.key("a")) == "string"
            }
        }
        #expect(rig.provider.calls.map(\.texts) == [["a"]])
    }

    @Test("Jobs that want a text join it while it is looked up: one key, one call")
    func joining() async throws {
        let rig = try await CacheRig()
        try await rig.run {
            let items = (0..<100).map { rig.embed("same", lane: $0 == 50 ? .search : .embed) }
            #expect(rig.stage.batcher.count == 1)
            try await rig.told.until("all have their vectors") { rig.told.embedded.count == 100 }
            #expect(items.map(\.isCached) == [false] + Array(repeating: true, count: 99))
        }
        #expect(rig.provider.calls.map(\.texts) == [["same"]])
        #expect(rig.cache.statistics.hits == 99 && rig.cache.statistics.misses == 1)
    }

    @Test("What is answered while it is looked up is dropped, and what is late is told so", arguments: [true, false])
    func settledMeanwhile(_ isKept: Bool) async throws {
        let rig = try await CacheRig()
        for text in ["gone", "late", "half"] where isKept { try await rig.put([1, 2], for: text) }
        try await rig.run {
            rig.server.pause()
            let gone = rig.embed("gone")
            rig.submit(.expiring("late", deadline: WallClock.milliseconds + 50))
            let half = rig.embed("half")
            rig.embed("half")
            try await Task.sleep(for: .milliseconds(100))
            for item in [gone, half] { item.isSettled = true }
            rig.stage.discardSettled()
            #expect(rig.told.embedded.isEmpty)
            rig.server.resume()
            try await rig.told.until("the other has its vector") { rig.told.embedded == ["half"] }
        }
        #expect(rig.told.expired == ["late"])
        #expect(rig.stage.batcher.count == 0)
        #expect(rig.provider.calls.map(\.texts) == (isKept ? [] : [["half"]]))
    }

    @Test("A Redis that dies during the look-up makes it a miss; nothing fails, nothing is logged for each")
    func redisDies() async throws {
        let rig = try await CacheRig()
        try await rig.run {
            rig.embed("warm")
            try await rig.told.until("connections stand") { rig.told.embedded == ["warm"] }
            rig.server.pause()
            for number in 0..<50 { rig.embed("t\(number)") }
            try await Task.sleep(for: .milliseconds(50))
            rig.server.kill()
            try await rig.told.until("all have their vectors") { rig.told.embedded.count == 51 }
        }
        #expect(rig.provider.calls.reduce(0) { $0 + $1.texts.count } == 51)
        #expect(rig.log.notableEvents == [])
    }

    @Test("A server that answers with an error makes it a miss")
    func refused() async throws {
        let rig = try await CacheRig()
        try await rig.put([1, 2], for: "a")
        _ = try await rig.redis.execute(RedisCommand("ACL", "SETUSER", "default", "-mget"))
        try await rig.run {
            rig.embed("a")
            try await rig.told.until("it has its vector") { rig.told.embedded == ["a"] }
        }
        #expect(rig.provider.calls.count == 1)
    }

    @Test("Of bulk nothing is kept in memory, and its texts are found in Redis")
    func bulk() async throws {
        let rig = try await CacheRig()
        try await rig.run {
            rig.embed("b", lane: .bulk)
            try await rig.told.until("it has its vector") { rig.told.embedded.count == 1 }
            #expect(rig.cache.held.vectors == 0)
            try await rig.until("it is kept") { try await rig.kept("b") != nil }
            rig.embed("b", lane: .bulk)
            try await rig.told.until("it has its vector again") { rig.told.embedded.count == 2 }
            #expect(rig.cache.held.vectors == 0)
            rig.embed("b")
            try await rig.told.until("an agent has it too") { rig.told.embedded.count == 3 }
            #expect(rig.cache.held.vectors == 1)
        }
        #expect(rig.provider.calls.count == 1)
    }

    @Test("Without Redis' part nothing is asked or written there; without any, every text is sent")
    func off() async throws {
        let memory = try await CacheRig {
            $0.embeddingTTL = 0
            $0.searchTTL = 0
        }
        try await memory.run {
            for count in 1...2 {
                memory.embed("a")
                try await memory.told.until("it has its vector") { memory.told.embedded.count == count }
            }
        }
        #expect(memory.provider.calls.count == 1)
        let off = try await CacheRig { $0 = .off }
        try await off.run {
            for count in 1...2 {
                off.embed("a")
                off.submit(.searching("a"))
                try await off.told.until("they have their vectors") { off.told.embedded.count == count * 2 }
            }
        }
        #expect(off.provider.calls.count == 2)
        #expect(off.cache.statistics.hits == 2 && off.cache.statistics.misses == 2)
        for rig in [memory, off] {
            let calls = try await rig.redis.commandCalls()
            #expect(calls["mget"] == nil && calls["set"] == nil && calls["hmget"] == nil)
        }
    }
}

@Reactor
extension WorkItem {
    /// - Parameter deadline: milliseconds since 1970.
    fileprivate static func expiring(_ text: String, deadline: Int) -> WorkItem {
        WorkItem(job: .embed(text, deadline: deadline), action: .embed, collection: "", claimedAt: 0)
    }
}
