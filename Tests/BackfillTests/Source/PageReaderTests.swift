import Backfill
import JobQueue
import Reactor
import Testing

/// Rows as they are read from a real database, those that it cannot send among them.
@Suite(.timeLimit(.minutes(2)))
@Reactor
struct PageReaderTests {
    /// PostgreSQL computes cheap columns of all rows before it sorts them: one that fails takes every page along.
    @Test(arguments: [[], [1], [700], [1_200], [700, 701, 1_200]])
    func rowsBesideOneThatCannotBeComputed(_ bad: [Int]) async throws {
        let stage = try await RowStage()
        let rows = 1_200
        try await stage.run("CREATE TABLE \(stage.name)_base (id integer, divisor integer)")
        let list = "{\(bad.map(String.init).joined(separator: ","))}"
        try await stage.run(
            "INSERT INTO \(stage.name)_base SELECT n, (n <> ALL ('\(list)'))::int FROM generate_series(1, \(rows)) AS n"
        )
        try await stage.run("CREATE VIEW \(stage.name) AS SELECT id, 1 / divisor AS body FROM \(stage.name)_base")
        let reader = stage.reader(of: try await stage.source(primaryKey: ["id"]))
        let pages = try await stage.read(reader)
        #expect(pages.flatMap(\.failures).map(\.source) == bad.map { "postgres:[\"\($0)\"]" })
        #expect(pages.flatMap(\.failures).allSatisfy { $0.code == "unreadable" })
        #expect(pages.reduce(0) { $0 + $1.jobs.count } == rows - bad.count)
        #expect(pages.reduce(0) { $0 + $1.rows } == rows)
        #expect(pages.count < 30)
        stage.end()
    }

    /// A page that is full before all of its rows are on it.
    @Test func failedRowsAreReadAgainHoweverLargeTheyAre() async throws {
        let stage = try await RowStage()
        try await stage.run("CREATE TABLE \(stage.name) (id integer PRIMARY KEY, body text)")
        try await stage.run(
            "INSERT INTO \(stage.name) SELECT n, repeat('x', 100 * n) FROM generate_series(1, 40) AS n"
        )
        var limits = PageReader.Limits()
        limits.bytes = 5_000
        let reader = stage.reader(of: try await stage.source(), limits: limits)
        // Some are gone meanwhile.
        let pages = try await stage.read(RetryReader(reader: reader, keys: (1...45).map { RowKey(["\($0)"]) }))
        #expect(pages.reduce(0) { $0 + $1.jobs.count } == 40)
        #expect(pages.count > 5)
        stage.end()
    }

    @Test func failedRowsOfNamesThatLookAlike() async throws {
        let stage = try await RowStage()
        try await stage.run("CREATE TABLE \(stage.name) (id text PRIMARY KEY, body text)")
        try await stage.run("INSERT INTO \(stage.name) VALUES (E'caf\\u00e9', 'one'), (E'cafe\\u0301', 'two')")
        let reader = stage.reader(of: try await stage.source())
        let keys = [RowKey(["caf\u{E9}"]), RowKey(["cafe\u{301}"])]
        var after: RowKey?
        var jobs = 0
        for _ in keys {
            let page = try await RetryReader(reader: reader, keys: keys).read(after: after, number: 0, maximum: 1)
            jobs += page.jobs.count
            after = page.after
        }
        #expect(jobs == 2)
        stage.end()
    }
}
