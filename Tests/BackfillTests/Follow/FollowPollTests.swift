import Backfill
import JobQueue
import PostgresClient
import PostgresServerFixture
import Reactor
import RedisServerFixture
import Templates
import Testing

/// Following by a column that says when a row was changed.
@Suite(.timeLimit(.minutes(2)))
@Reactor
struct FollowPollTests {
    private static let interval = Duration.milliseconds(100)

    private func touch(_ stage: FollowStage, _ id: Int, _ body: String, at time: String = "now()") async throws {
        try await stage.run(
            "UPDATE \(stage.table) SET body = $1, updated_at = \(time) WHERE id = \(id)",
            [body]
        )
    }

    @Test func newAndChangedRows() async throws {
        let stage = try await FollowStage()
        stage.worker.start()
        try await stage.run("INSERT INTO \(stage.table) VALUES (1, 'a', 'c1', 'old', now() - interval '1 day')")
        let follower = try await stage.follow(polling: Self.interval)
        try await stage.insert(2)
        #expect(await eventually { stage.worker.contents == ["a/c2": "row 2"] })
        try await touch(stage, 1, "new")
        #expect(await eventually { stage.worker.contents == ["a/c1": "new", "a/c2": "row 2"] })
        // Each once, although passes look back.
        try await Task.sleep(for: Self.interval * 4)
        #expect(stage.worker.saves == 2)
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    /// More rows of one moment than a page has.
    @Test func manyRowsOfOneMoment() async throws {
        let stage = try await FollowStage()
        stage.worker.start()
        _ = try await stage.follow(polling: Self.interval)
        try await stage.run(
            "INSERT INTO \(stage.table) SELECT n, 'a', 'c' || n, 'row ' || n FROM generate_series(1, 1050) AS n"
        )
        #expect(await eventually { stage.worker.contents.count == 1_050 })
        try await Task.sleep(for: Self.interval * 4)
        #expect(stage.worker.saves == 1_050)
        await stage.end()
    }

    /// A transaction shows its rows when it ends, with the time at which it began.
    @Test(arguments: [(60, true), (0, false)])
    func aTransactionThatEndsLate(_ overlap: Int, _ isSeen: Bool) async throws {
        let stage = try await FollowStage()
        stage.worker.start()
        let late = try stage.postgres.connection()
        _ = try await stage.follow(polling: Self.interval, overlap: .seconds(overlap))
        _ = try await late.execute("BEGIN")
        _ = try await late.execute("INSERT INTO \(stage.table) VALUES (1, 'a', 'late', 'late')")
        try await Task.sleep(for: Self.interval * 3)
        try await stage.insert(2)
        #expect(await eventually { stage.worker.contents == ["a/c2": "row 2"] })
        try await Task.sleep(for: Self.interval * 3)
        _ = try await late.execute("COMMIT")
        if isSeen {
            #expect(await eventually { stage.worker.contents == ["a/c2": "row 2", "a/late": "late"] })
        } else {
            try await Task.sleep(for: Self.interval * 5)
            #expect(stage.worker.contents == ["a/c2": "row 2"])
        }
        late.close()
        await stage.end()
    }

    @Test func itGoesOnWhereItWas() async throws {
        let stage = try await FollowStage()
        stage.worker.start()
        let first = try await stage.follow(polling: Self.interval)
        try await stage.insert(1)
        #expect(await eventually { stage.worker.contents.count == 1 })
        await first.die()
        try await stage.insert(2)
        let second = try await stage.follow(polling: Self.interval)
        #expect(await eventually { stage.worker.contents.count == 2 })
        #expect(await second.stop() == nil)
        await stage.end()
    }

    /// A row of tomorrow, or of a clock that is wrong, does not hide those of today.
    @Test func aRowOfTheFuture() async throws {
        let stage = try await FollowStage()
        stage.worker.start()
        _ = try await stage.follow(polling: Self.interval, overlap: .zero)
        try await stage.insert(1)
        try await touch(stage, 1, "future", at: "now() + interval '1 day'")
        #expect(await eventually { stage.worker.contents == ["a/c1": "future"] })
        try await stage.insert(2)
        #expect(await eventually { stage.worker.contents.count == 2 })
        try await touch(stage, 1, "farther", at: "'infinity'")
        #expect(await eventually { stage.worker.contents["a/c1"] == "farther" })
        try await stage.insert(3)
        #expect(await eventually { stage.worker.contents.count == 3 })
        await stage.end()
    }

    @Test(arguments: ["timestamp", "date"])
    func otherTypesOfTime(_ type: String) async throws {
        let stage = try await FollowStage()
        try await stage.setTime(type)
        stage.worker.start()
        _ = try await stage.follow(polling: Self.interval)
        try await stage.insert(1)
        #expect(await eventually { stage.worker.contents.count == 1 })
        try await stage.insert(2)
        #expect(await eventually { stage.worker.contents.count == 2 })
        try await Task.sleep(for: Self.interval * 3)
        #expect(stage.worker.saves == 2)
        await stage.end()
    }

    /// What a column tells that knows no more than the second, or the day.
    @Test(arguments: ["timestamptz(0)", "timestamp", "date"])
    func changesOfTheSameTime(_ type: String) async throws {
        let stage = try await FollowStage()
        try await stage.setTime(type)
        stage.worker.start()
        _ = try await stage.follow(polling: Self.interval)
        try await stage.insert(1)
        #expect(await eventually { stage.worker.contents == ["a/c1": "row 1"] })
        // Back to what it was, too.
        for body in ["second", "row 1"] {
            try await touch(stage, 1, body, at: "updated_at")
            #expect(await eventually { stage.worker.contents == ["a/c1": body] })
        }
        try await touch(stage, 1, " ", at: "updated_at")
        #expect(try await eventually { try await stage.failures().map(\.code) == ["empty_content"] })
        try await Task.sleep(for: Self.interval * 4)
        #expect(stage.worker.saves == 3)
        await stage.end()
    }

    /// More rows of one time than are known to be sent, in a table that is quiet afterwards: each once all the same.
    @Test(arguments: ["timestamptz", "timestamp", "date"])
    func moreRowsThanAreKnown(_ type: String) async throws {
        let stage = try await FollowStage()
        try await stage.setTime(type)
        stage.worker.start()
        _ = try await stage.follow(polling: Self.interval, knownRows: 100)
        try await stage.run(
            "INSERT INTO \(stage.table) SELECT n, 'a', 'c' || n, 'row ' || n FROM generate_series(1, 450) AS n"
        )
        #expect(await eventually { stage.worker.contents.count == 450 })
        try await Task.sleep(for: Self.interval * 10)
        #expect(stage.worker.saves == 450)
        // Among the last, those of the same time are still told apart, and a later time is seen of any.
        try await touch(stage, 440, "new", at: "updated_at")
        try await touch(stage, 1, "new", at: "updated_at + interval '1 day'")
        #expect(await eventually { stage.worker.contents.values.count { $0 == "new" } == 2 })
        try await Task.sleep(for: Self.interval * 10)
        #expect(stage.worker.saves == 452)
        await stage.end()
    }

    /// They are looked back at by each pass, and known or not: they do not hide what comes before them.
    @Test func moreRowsOfTheFutureThanAreKnown() async throws {
        let stage = try await FollowStage()
        stage.worker.start()
        _ = try await stage.follow(polling: Self.interval, knownRows: 10)
        try await stage.run(
            """
            INSERT INTO \(stage.table)
            SELECT n, 'a', 'c' || n, 'row', now() + interval '10 years' FROM generate_series(1, 50) AS n
            """
        )
        #expect(await eventually { stage.worker.contents.count == 50 })
        try await stage.insert(100)
        #expect(await eventually { stage.worker.contents.count == 51 })
        await stage.end()
    }

    /// An application in New York that writes what its clock shows, into a column that knows no zone.
    @Test(
        arguments: [
            [], ["'infinity'"], ["(now() AT TIME ZONE 'UTC') - interval '5 hours 5 minutes'", "'infinity'"],
        ] as [[String]]
    )
    func timesOfAZoneBehind(_ before: [String]) async throws {
        let stage = try await FollowStage()
        try await stage.setTime("timestamp")
        stage.worker.start()
        func insert(_ id: Int, at time: String) async throws {
            try await stage.run("INSERT INTO \(stage.table) VALUES (\(id), 'a', 'c' || \(id), 'row', \(time))")
        }
        for (id, time) in before.enumerated() { try await insert(id, at: time) }
        _ = try await stage.follow(polling: Self.interval)
        for id in 10...12 {
            try await insert(id, at: "(now() AT TIME ZONE 'UTC') - interval '5 hours'")
            #expect(await eventually { stage.worker.contents["a/c\(id)"] != nil })
        }
        await stage.end()
    }

    /// One that a backfill began at is a time of UTC, too.
    @Test(arguments: [
        ("timestamptz", "1970-01-02 00:00:00+00"), ("timestamp", "1970-01-01 12:00:00"), ("date", "1970-01-01"),
    ])
    func whereItBeginsAfterABackfill(_ type: String, _ since: String) async throws {
        let stage = try await FollowStage()
        try await stage.setTime(type)
        let source = try #require(
            PollSource(
                database: stage.database,
                source: try await stage.inspect(),
                keys: stage.keys,
                run: "run",
                rowLimits: RowLimits(),
                configuration: PollSource.Configuration()
            )
        )
        #expect(try await source.start(86_400_000).since == since)
        await stage.end()
    }

    /// The columns of a view are computed before its rows are sorted: one that fails does so for every page.
    @Test func anUnreadableRowOfAView() async throws {
        let stage = try await FollowStage()
        stage.definition.relation = .query(
            "SELECT id, owner, code, body || 1 / (id - 5) AS body, updated_at FROM \(stage.table)"
        )
        stage.definition.primaryKey = ["id"]
        stage.worker.start()
        _ = try await stage.follow(polling: Self.interval)
        try await stage.run(
            "INSERT INTO \(stage.table) SELECT n, 'a', 'c' || n, 'row ' FROM generate_series(1, 250) AS n"
        )
        #expect(await eventually { stage.worker.contents.count == 249 })
        let failures = try await stage.failures()
        #expect(failures.map(\.source) == [#"postgres:["5"]"#])
        #expect(failures.map(\.code) == ["unreadable"])
        try await Task.sleep(for: Self.interval * 4)
        #expect(stage.worker.saves == 249)
        await stage.end()
    }

    @Test func aLaneThatHoldsLessThanAPage() async throws {
        let stage = try await FollowStage()
        try await stage.boundLane(to: 10)
        stage.worker.start()
        let follower = try await stage.follow(polling: Self.interval)
        try await stage.run(
            "INSERT INTO \(stage.table) SELECT n, 'a', 'c' || n, 'row' FROM generate_series(1, 50) AS n"
        )
        #expect(await eventually { stage.worker.contents.count == 50 })
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    @Test func redisLosesEverything() async throws {
        let redis = try await RedisServer()
        let stage = try await FollowStage(redis: redis)
        let follower = try await stage.follow(polling: Self.interval)
        try await stage.insert(1)
        #expect(try await eventually { try await stage.redis.integer("XLEN", stage.keys.jobs(.bulk)) == 1 })
        redis.kill()
        try await redis.start()
        stage.worker.start()
        #expect(await eventually { stage.worker.contents.count == 1 })
        #expect(await follower.stop() == nil)
        await stage.end()
    }
}
