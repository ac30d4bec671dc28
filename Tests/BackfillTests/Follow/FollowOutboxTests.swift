import Backfill
import JobQueue
import PostgresClient
import PostgresServerFixture
import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// Following by a trigger, with real servers; what workers do is done by a model of them.
@Suite(.timeLimit(.minutes(2)))
@Reactor
struct FollowOutboxTests {
    @Test func insertsUpdatesAndDeletions() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        stage.worker.start()
        // Before anybody follows.
        try await stage.insert(1)
        try await stage.insert(2)
        try await stage.run("DELETE FROM \(stage.table) WHERE id = 2")
        let follower = try await stage.follow()
        #expect(await eventually { stage.worker.contents == ["a/c1": "row 1"] })
        try await stage.insert(3)
        try await stage.run("UPDATE \(stage.table) SET body = 'new' WHERE id = 1")
        #expect(await eventually { stage.worker.contents == ["a/c1": "new", "a/c3": "row 3"] })
        try await stage.run("DELETE FROM \(stage.table) WHERE id = 3")
        #expect(await eventually { stage.worker.contents == ["a/c1": "new"] })
        // The memories say whose they are.
        #expect(stage.worker.memories.map(\.source) == [#"postgres:["1"]"#])
        // Done is done: the outbox is emptied once Redis is known to keep it.
        #expect(try await eventually { try await stage.outboxCount() == 0 })
        #expect(await follower.stop() == nil)
        #expect(stage.worker.faults == [])
        await stage.end()
    }

    @Test(arguments: [
        ("UPDATE t SET code = 'other' WHERE id = 1", ["a/other": "row 1", "a/c2": "row 2"]),
        ("UPDATE t SET owner = 'b' WHERE id = 1", ["b/c1": "row 1", "a/c2": "row 2"]),
        ("UPDATE t SET id = 10 WHERE id = 1", ["a/c1": "row 1", "a/c2": "row 2"]),
        ("UPDATE t SET id = 10, code = 'x', owner = 'b' WHERE id = 1", ["b/x": "row 1", "a/c2": "row 2"]),
        ("UPDATE t SET code = CASE code WHEN 'c1' THEN 'c2' ELSE 'c1' END", ["a/c2": "row 1", "a/c1": "row 2"]),
        (
            "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, 'a', 'c1', 'again')",
            ["a/c1": "again", "a/c2": "row 2"]
        ),
        ("UPDATE t SET code = NULL WHERE id = 1", ["a/c1": "row 1", "a/c2": "row 2"]),
        (
            "UPDATE t SET code = 'x' WHERE id = 1; UPDATE t SET code = 'c1' WHERE id = 1",
            ["a/c1": "row 1", "a/c2": "row 2"]
        ),
    ])
    func changesOfWhatARowIsCalled(_ statements: String, _ expected: [String: String]) async throws {
        let stage = try await FollowStage()
        try await stage.install()
        stage.worker.start()
        try await stage.insert(1)
        try await stage.insert(2)
        _ = try await stage.follow()
        #expect(await eventually { stage.worker.contents.count == 2 })
        for statement in statements.split(separator: ";") {
            try await stage.run(String(statement).replacing(" t ", with: " \(stage.table) "))
        }
        #expect(try await eventually { try await stage.outboxCount() == 0 })
        #expect(stage.worker.contents == expected)
        await stage.end()
    }

    /// The first row gives its key up, and the second takes it: what is forgotten late must not be the second's.
    @Test func aKeyThatMovesToAnotherRow() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        stage.worker.start()
        try await stage.insert(1, code: "shared")
        _ = try await stage.follow()
        #expect(await eventually { stage.worker.contents == ["a/shared": "row 1"] })
        try await stage.run("DELETE FROM \(stage.table) WHERE id = 1")
        try await stage.insert(2, code: "shared")
        #expect(await eventually { stage.worker.contents == ["a/shared": "row 2"] })
        #expect(try await eventually { try await stage.outboxCount() == 0 })
        #expect(stage.worker.memories.map(\.source) == [#"postgres:["2"]"#])
        await stage.end()
    }

    @Test func manyRowsAtOnce() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        stage.worker.start()
        try await stage.run(
            "INSERT INTO \(stage.table) SELECT n, 'a', 'c' || n, 'row ' || n FROM generate_series(1, 5000) AS n"
        )
        let follower = try await stage.follow()
        #expect(await eventually { stage.worker.contents.count == 5_000 })
        try await stage.run("UPDATE \(stage.table) SET body = 'new ' || id")
        #expect(await eventually { stage.worker.contents.values.allSatisfy { $0.hasPrefix("new ") } })
        #expect(stage.worker.saves == 10_000)
        try await stage.run("DELETE FROM \(stage.table) WHERE id > 10")
        #expect(await eventually { stage.worker.contents.count == 10 })
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    /// Pages end by their bytes, too.
    @Test func largeRows() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        stage.worker.start()
        try await stage.run(
            "INSERT INTO \(stage.table) SELECT n, 'a', 'c' || n, repeat('x', 400000) FROM generate_series(1, 20) AS n"
        )
        try await stage.run("DELETE FROM \(stage.table) WHERE id = 20")
        _ = try await stage.follow()
        #expect(await eventually { stage.worker.contents.count == 19 })
        #expect(stage.worker.saves == 19)
        await stage.end()
    }

    /// What the rows of a page were called before is nowhere to be found.
    @Test func primaryKeysOfMoreThanAPage() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        stage.worker.start()
        try await stage.run(
            "INSERT INTO \(stage.table) SELECT n, 'a', 'c' || n, repeat('x', 5000) FROM generate_series(1, 600) AS n"
        )
        let follower = try await stage.follow()
        #expect(await eventually { stage.worker.contents.count == 600 })
        try await stage.run("UPDATE \(stage.table) SET id = id + 1000000")
        #expect(try await eventually { try await stage.outboxCount() == 0 })
        #expect(stage.worker.contents.count == 600)
        #expect(stage.worker.memories.allSatisfy { $0.source.hasPrefix(#"postgres:["1000"#) })
        #expect(stage.worker.saves == 1_200)
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    /// A change of what a row is called makes two jobs.
    @Test func aLaneThatHoldsLessThanAPage() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        try await stage.boundLane(to: 10)
        stage.worker.start()
        try await stage.run(
            "INSERT INTO \(stage.table) SELECT n, 'a', 'c' || n, 'row' FROM generate_series(1, 50) AS n"
        )
        let follower = try await stage.follow()
        #expect(await eventually { stage.worker.contents.count == 50 })
        try await stage.run("UPDATE \(stage.table) SET id = id + 100, code = 'd' || id")
        #expect(try await eventually { try await stage.outboxCount() == 0 })
        #expect(Set(stage.worker.contents.keys) == Set((1...50).map { "a/d\($0)" }))
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    /// Texts that Unicode holds for the same are two values to PostgreSQL, and two names to the store.
    @Test(arguments: ["id", "code"])
    func anotherFormOfTheSameCharacters(_ primaryKey: String) async throws {
        let stage = try await FollowStage()
        try await stage.run("ALTER TABLE \(stage.table) DROP CONSTRAINT \(stage.table)_pkey")
        try await stage.run("ALTER TABLE \(stage.table) ADD PRIMARY KEY (\(primaryKey))")
        try await stage.install()
        stage.worker.start()
        try await stage.insert(1, code: "cafe\u{301}")
        let follower = try await stage.follow()
        #expect(await eventually { stage.worker.memories.count == 1 })
        try await stage.run("UPDATE \(stage.table) SET code = normalize(code)")
        #expect(try await eventually { try await stage.outboxCount() == 0 })
        #expect(stage.worker.memories.map { Array($0.key.utf8) } == [Array("caf\u{e9}".utf8)])
        #expect(stage.worker.forgets == 1)
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    @Test func anEmptiedTableIsTold() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        stage.worker.start()
        try await stage.insert(1)
        let follower = try await stage.follow()
        #expect(await eventually { stage.worker.contents.count == 1 })
        try await stage.run("TRUNCATE \(stage.table)")
        #expect(await eventually { follower.events.contains { if case .truncated = $0 { true } else { false } } })
        // It is for a person to say that all of it is to be forgotten.
        #expect(stage.worker.contents.count == 1)
        try await stage.insert(2)
        #expect(await eventually { stage.worker.contents.count == 2 })
        await stage.end()
    }

    @Test func rowsThatCannotBecomeMemoriesAreListed() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        stage.worker.start()
        try await stage.insert(1, body: "  ")
        try await stage.insert(2)
        _ = try await stage.follow()
        #expect(await eventually { stage.worker.contents == ["a/c2": "row 2"] })
        let failures = try await stage.failures()
        #expect(failures.map(\.source) == [#"postgres:["1"]"#])
        #expect(failures.map(\.code) == ["empty_content"])
        await stage.end()
    }

    /// PostgreSQL gives up at a row that it cannot read, behind others that it could, in whatever order they had changed.
    @Test func anUnreadableRowAmongMoreThanAPage() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        for id in [9, 10, 11, 12, 13, 1, 2, 3] {
            try await stage.insert(id, body: String(repeating: "x", count: 300_000))
        }
        let table = try await TriggerInspector(database: stage.database).table(of: try await stage.inspect())
        stage.definition.relation = .query(
            "SELECT id, owner, code, body || 1 / (id - 9) AS body, updated_at FROM \(stage.table)"
        )
        stage.definition.primaryKey = ["id"]
        let database = try stage.postgres.connection()
        // Rows come by the index, one by one, and not all together out of a sort.
        for way in ["seqscan", "bitmapscan", "sort"] { _ = try await database.execute("SET enable_\(way) = off") }
        let source = try await stage.outboxSource(database, table)
        var counts = FollowCounts()
        while let page = try await source.read(FollowCheckpoint(), maximum: .max) {
            #expect(page.jobs.count == page.counts.saved)
            counts.saved += page.counts.saved
            counts.rejected += page.counts.rejected
            source.added(page)
        }
        #expect(counts.saved == 7)
        #expect(counts.rejected == 1)
        database.close()
        await stage.end()
    }

    /// An older job of a row is waited for: workers would not keep the order.
    @Test func aSecondChangeWaitsForTheFirst() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        let follower = try await stage.follow()
        try await stage.insert(1)
        #expect(try await eventually { try await stage.redis.integer("XLEN", stage.keys.jobs(.bulk)) == 1 })
        try await stage.run("UPDATE \(stage.table) SET body = 'second'")
        try await stage.run("UPDATE \(stage.table) SET body = 'third'")
        try await Task.sleep(for: .milliseconds(700))
        #expect(try await stage.redis.integer("XLEN", stage.keys.jobs(.bulk)) == 1)
        stage.worker.start()
        #expect(await eventually { stage.worker.contents == ["a/c1": "third"] })
        // What came meanwhile is one job.
        #expect(stage.worker.saves == 2)
        #expect(await follower.stop() == nil)
        await stage.end()
    }
}
