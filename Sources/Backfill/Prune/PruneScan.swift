internal import Memory
package import PostgresClient
package import Reactor
package import VectorStore

/// Finds the memories whose rows are gone, or are remembered under another key by now. Looks at the memories page by page,
/// and at those only that a backfill has made; what it holds does not grow with their number.
@Reactor
package struct PruneScan {
    private static let pageSize = 500

    private let source: Source
    private let database: PostgresConnection
    private let store: any VectorStore
    private var offset: ScrollOffset?
    private var isAtEnd = false
    private var encoder: RowEncoder
    /// Memories of rows that were looked at.
    package private(set) var looked = 0

    package init(source: Source, database: PostgresConnection, store: any VectorStore, rowLimits: RowLimits) {
        self.source = source
        self.database = database
        self.store = store
        encoder = RowEncoder(source.mapping, limits: rowLimits)
    }

    /// The next of them, maybe none; nil at the end.
    package mutating func next() async throws(BackfillError) -> [RowMemory]? {
        guard !isAtEnd else { return nil }
        let page: ScrollPage
        do throws(VectorStoreError) {
            let request = ScrollRequest(filter: Array("{}".utf8), limit: Self.pageSize, offset: offset)
            page = try await store.scroll(source.collection, request)
        } catch {
            throw BackfillError(.storeAway, "\(error)")
        }
        // A text stands in quotes, a number does not.
        offset = page.next.flatMap { next in
            ScrollOffset(text: next.first == UInt8(ascii: "\"") ? next.dropFirst().dropLast() : next)
        }
        isAtEnd = offset == nil
        let memories = page.points.compactMap(RowMemory.init)
        looked += memories.count
        guard !memories.isEmpty else { return [] }
        do throws(PostgresError) {
            let known = try await knownRows(Set(memories.map(\.row)))
            return memories.filter { memory in
                guard let row = known[memory.row] else { return true }
                return row.map { $0 != memory } ?? false
            }
        } catch {
            throw BackfillError(error)
        }
    }

    /// What the rows that are still there are remembered as now; nil of a row that cannot be said of: its memory stays.
    private mutating func knownRows(_ keys: Set<RowKey>) async throws(PostgresError) -> [RowKey: RowMemory?] {
        var known: [RowKey: RowMemory?] = [:]
        let statement = source.statements.rows(Array(keys))
        let rows = try await database.query(statement.sql, statement.parameters)
        while try await rows.next() {
            let failure = encoder.encode(rows)
            let key = RowKey(encoder.primaryKey.strings)
            guard failure == nil else {
                known.updateValue(nil, forKey: key)
                continue
            }
            let memory = RowMemory(
                row: key,
                key: String(decoding: encoder.key, as: UTF8.self),
                tenant: encoder.tenant.map { String(decoding: $0, as: UTF8.self) }
            )
            known.updateValue(memory, forKey: key)
        }
        return known
    }
}
