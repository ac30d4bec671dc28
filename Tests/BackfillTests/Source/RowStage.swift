import Backfill
import JobQueue
import PostgresClient
import PostgresServerFixture
import Reactor
import Templates

/// A source in a real database, to be looked at and read.
@Reactor
final class RowStage {
    /// Of a table, a view or whatever else the test makes.
    let name = "rows_\(UInt64.random(in: .min ... .max))"
    private let database: PostgresConnection
    private let reading: PostgresConnection

    init() async throws {
        let server = try await PostgresServer.shared
        database = try server.connection()
        reading = try server.connection { $0.isReadOnly = true }
    }

    func run(_ sql: String) async throws {
        _ = try await database.execute(sql)
    }

    /// Of a relation with the columns `id` and `body`.
    func source(primaryKey: [String] = []) async throws -> Source {
        var definition = SourceDefinition(
            collection: name,
            relation: .table(name),
            content: try TextTemplate(parsing: "{body}")
        )
        definition.primaryKey = primaryKey
        return try await SourceInspector(database: reading).inspect(definition, declaring: [])
    }

    func reader(of source: Source, limits: PageReader.Limits = PageReader.Limits()) -> PageReader {
        PageReader(
            database: reading,
            source: source,
            selection: RowSelection(),
            keys: JobKeys(),
            run: "run",
            limits: limits,
            rowLimits: RowLimits()
        )
    }

    /// All of them, to the last.
    func read(_ pages: any PageSource) async throws -> [SourcePage] {
        var read: [SourcePage] = []
        var number = 0
        repeat {
            let page = try await pages.read(after: read.last?.after, number: number, maximum: .max)
            number += page.rows
            read.append(page)
        } while read.last?.isLast == false
        return read
    }

    func end() {
        database.close()
        reading.close()
    }
}
