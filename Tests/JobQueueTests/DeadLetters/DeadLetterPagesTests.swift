import JobQueue
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@Suite(.timeLimit(.minutes(2)))
struct DeadLetterPagesTests {
    private static func filter(_ change: (inout DeadLetterFilter) -> Void) -> DeadLetterFilter {
        var filter = DeadLetterFilter()
        change(&filter)
        return filter
    }

    static let filters: [(DeadLetterFilter, [String])] = [
        (filter { _ in }, ["a", "b", "c", "d"]),
        (filter { $0.code = "invalid_job" }, ["b", "d"]),
        (filter { $0.code = "invalid" }, []),
        (filter { $0.collection = "notes" }, ["a", "b"]),
        (filter { $0.lane = .bulk }, ["c"]),
        (filter { $0.type = "save" }, ["a", "b", "c", "d"]),
        (filter { $0.type = "search" }, []),
        (filter { $0.jobID = "c" }, ["c"]),
        (filter { ($0.code, $0.collection) = ("invalid_job", "notes") }, ["b"]),
        (filter { $0.olderThan = .seconds(3_600) }, ["a", "b"]),
        (filter { $0.newerThan = .seconds(3_600) }, ["c", "d"]),
        (filter { ($0.newerThan, $0.olderThan) = (.seconds(7_300), .seconds(3_600)) }, ["b"]),
        (filter { ($0.newerThan, $0.olderThan) = (.seconds(1), .seconds(3_600)) }, []),
        (filter { $0.olderThan = .seconds(99_999_999_999) }, []),
    ]

    @Test(arguments: filters)
    @Reactor func allThatIsGivenMustMatch(filter: DeadLetterFilter, expected: [String]) async throws {
        let lane = try await TestLane()
        let now = try await lane.connection.timeInMilliseconds()
        try await lane.bury("a", at: "\(now - 10_000_000)-5")
        try await lane.bury("b", code: "invalid_job", at: "\(now - 7_200_000)-0")
        try await lane.bury("c", lane: "bulk", collection: "mail", at: "\(now - 60_000)-0")
        try await lane.bury("d", code: "invalid_job", collection: "mail", at: "\(now - 30_000)-0")
        #expect(try await lane.letters(filter).map { $0.text("id") } == expected)
    }

    @Test(arguments: [DeadLetterPages.Order.oldestFirst, .newestFirst])
    @Reactor func everyLetterComesOnceInOrder(order: DeadLetterPages.Order) async throws {
        let lane = try await TestLane()
        let fill = "for i = 1, 2345 do redis.call('XADD', KEYS[1], '*', 'id', i, '_code', 'x') end"
        try await lane.ask("EVAL", fill, "1", lane.keys.dead)
        var pages = DeadLetters(connection: lane.connection, keys: lane.keys)
            .pages(DeadLetterFilter(), order, now: try await lane.connection.timeInMilliseconds())
        var ids: [String] = []
        while let page = try await pages.next() {
            #expect(page.count <= 500)
            ids += page.compactMap { $0.text("id") }
        }
        let all = (1...2_345).map(String.init)
        #expect(ids == (order == .oldestFirst ? all : all.reversed()))
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func largeLettersComeInSmallPages(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        let value = String(repeating: "x", count: 60_000)
        for number in 0..<60 {
            try await lane.bury("\(number)", ("a", value), ("b", value), ("c", value), ("d", value), ("e", value))
        }
        var pages = DeadLetters(connection: lane.connection, keys: lane.keys)
            .pages(DeadLetterFilter(), .oldestFirst, now: try await lane.connection.timeInMilliseconds())
        var counts: [Int] = []
        while let page = try await pages.next() { counts.append(page.count) }
        #expect(counts.reduce(0, +) == 60)
        // 4 MiB hold 13 of them.
        #expect(counts.dropFirst().allSatisfy { $0 <= 13 })
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func lettersAfterTheLastOneMeantAreLeftOut(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.bury("a")
        let last = try await lane.bury("b")
        try await lane.bury("c")
        var pages = DeadLetters(connection: lane.connection, keys: lane.keys)
            .pages(DeadLetterFilter(), .oldestFirst, now: try await lane.connection.timeInMilliseconds(), last: last)
        #expect(try await pages.next()?.map { $0.text("id") } == ["a", "b"])
        #expect(try await pages.next()?.count == nil)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func anEmptyStreamHasNoPage(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        #expect(try await lane.letters().isEmpty)
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        #expect(try await letters.letter("1-1")?.id == nil)
        #expect(try await letters.count() == 0)
    }
}
