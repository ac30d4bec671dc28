import Backfill
import JobQueue
import Memory
import PostgresClient
import Settings

/// Where rows come from: the section `source` of a collection, and the database.
extension Composition {
    func databaseConfiguration() throws(CommandFailure) -> PostgresConfiguration {
        guard let url = settings.database.url else {
            throw CommandFailure(
                .configuration,
                "database.url is not set: give DATABASE_URL, such as postgresql://user:password@host:5432/database"
            )
        }
        do throws(PostgresError) {
            var configuration = try PostgresConfiguration(url.value)
            configuration.connectTimeout = settings.database.connectTimeout
            configuration.statementTimeout = settings.backfill.statementTimeout
            return configuration
        } catch {
            throw CommandFailure(.configuration, "database.url: \(error)")
        }
    }

    /// - Throws: where the collection is not declared, or has no source.
    func sourceDefinition(_ name: String) throws(CommandFailure) -> SourceDefinition {
        guard let collection = settings.collections.first(where: { $0.name == name }) else {
            let nearest = NearestMatch.find(ArraySlice(name.utf8), among: settings.collections.map(\.name))
            let hint = nearest.map { "; did you mean \($0)?" } ?? ""
            throw CommandFailure(.configuration, "the collection \(name) is not declared in collections.yaml\(hint)")
        }
        guard let source = collection.source else {
            throw CommandFailure(
                .configuration,
                "collections.\(name).source is missing: it says which table the rows come from, and what is made of them"
            )
        }
        return SourceDefinition(source, of: name)
    }

    func declaredFields(_ name: String) throws(CommandFailure) -> [CollectionField] {
        try catalog().collections.first { $0.name == name }?.fields ?? []
    }

    func inspect(
        _ definition: SourceDefinition,
        _ database: PostgresConnection
    ) async throws(CommandFailure) -> Source {
        let fields = try declaredFields(definition.collection)
        do throws(BackfillError) {
            return try await SourceInspector(database: database).inspect(definition, declaring: fields)
        } catch {
            throw CommandFailure(error)
        }
    }

    var rowLimits: RowLimits {
        var limits = RowLimits()
        limits.contentBytes = settings.worker.maximumContentBytes
        limits.metadata.bytes = settings.worker.maximumMetadataBytes
        return limits
    }

    var pageLimits: PageReader.Limits {
        var limits = PageReader.Limits()
        limits.rows = settings.backfill.pageRows
        limits.bytes = settings.backfill.pageBytes
        return limits
    }

    func throttleLimits(rate: Double?) -> Throttle.Limits {
        var limits = Throttle.Limits()
        limits.maximumLag = settings.backfill.maximumLag
        limits.maximumRedisPercent = settings.backfill.maximumRedisPercent
        limits.rowsPerSecond = rate
        return limits
    }
}

extension SourceDefinition {
    fileprivate init(_ settings: CollectionSourceSettings, of collection: String) {
        let relation: Relation =
            switch settings.relation {
            case .table(let name): .table(name)
            case .query(let sql): .query(sql)
            }
        self.init(collection: collection, relation: relation, content: settings.content)
        primaryKey = settings.primaryKey
        key = settings.key
        tenant = settings.tenant
        updated = settings.updated
        metadata = settings.metadata.map { field in
            Field(
                name: field.name,
                column: field.column,
                kind: field.kind.flatMap { CollectionField.Kind(rawValue: $0.rawValue) }
            )
        }
    }
}
