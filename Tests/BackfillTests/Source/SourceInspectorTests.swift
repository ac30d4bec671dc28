import Backfill
import Reactor
import Testing

/// What a real database says of a source.
@Suite(.timeLimit(.minutes(2)))
@Reactor
struct SourceInspectorTests {
    @Test func aPrimaryKeyTellsRowsApart() async throws {
        let stage = try await RowStage()
        try await stage.run("CREATE TABLE \(stage.name) (id integer PRIMARY KEY, body text)")
        #expect(try await stage.source().isKeyUnique)
        stage.end()
    }

    @Test func ofAPartitionedTableAsWell() async throws {
        let stage = try await RowStage()
        try await stage.run("CREATE TABLE \(stage.name) (id integer PRIMARY KEY, body text) PARTITION BY RANGE (id)")
        try await stage.run(
            "CREATE TABLE \(stage.name)_1 PARTITION OF \(stage.name) FOR VALUES FROM (MINVALUE) TO (MAXVALUE)"
        )
        #expect(try await stage.source().isKeyUnique)
        stage.end()
    }

    /// A table's index does not hold the rows of the tables that inherit from it, which are read with its own.
    @Test func notWithTheRowsOfTablesThatInheritFromIt() async throws {
        let stage = try await RowStage()
        try await stage.run("CREATE TABLE \(stage.name) (id integer PRIMARY KEY, body text)")
        try await stage.run("CREATE TABLE \(stage.name)_1 () INHERITS (\(stage.name))")
        let source = try await stage.source()
        #expect(!source.isKeyUnique)
        #expect(source.mapping.primaryKey.map(\.name) == ["id"])
        stage.end()
    }
}
