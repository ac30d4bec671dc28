internal import Memory
package import PostgresClient
package import Reactor
package import VectorStore

/// Finds the memories whose rows are gone, or are remembered under another key by now. Looks at the memories page by page,
/// and at those only that a backfill has made; what it holds does not grow with their number.
@Reactor
package struct PruneScan {
    private static let pageSize = 500

    /// Of a row that is there.
    private enum RowState {
        /// What it is to be remembered as.
        case called(RowMemory)
        /// The database cannot send it, or no memory can be made of it.
        case unknown
    }

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
    package mutating func next() async throws(BackfillError) -> PrunePage? {
        guard !isAtEnd else { return nil }
        let memories = try await nextMemories()
        looked += memories.count
        let states = try await states(of: Set(memories.map(\.row)))
        var page = PrunePage()
        var renamed: [(memory: RowMemory, now: RowMemory)] = []
        for memory in memories {
            switch states[memory.row] {
            case nil: page.gone.append(memory)
            case .unknown?: page.kept += 1
            case .called(let now)?: if now != memory { renamed.append((memory, now)) }
            }
        }
        let stored = try await stored(renamed.map(\.now))
        page.renamed = renamed.filter { stored.contains($0.now) }.map(\.memory)
        page.kept += renamed.count - page.renamed.count
        return page
    }

    // MARK: The store

    private mutating func nextMemories() async throws(BackfillError) -> [RowMemory] {
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
        return page.points.compactMap(RowMemory.init)
    }

    /// Those that are there, and are still the rows'.
    private func stored(_ memories: [RowMemory]) async throws(BackfillError) -> Set<RowMemory> {
        guard !memories.isEmpty else { return [] }
        do throws(VectorStoreError) {
            let ids = memories.map { $0.pointID(in: source.collection) }
            return Set(
                try await store.retrieve(ids, including: ["_memoir"], from: source.collection)
                    .compactMap(RowMemory.init)
            )
        } catch {
            throw BackfillError(.storeAway, "\(error)")
        }
    }

    // MARK: The rows

    /// Of those that are there. None has a primary key of another number of columns.
    private mutating func states(of keys: Set<RowKey>) async throws(BackfillError) -> [RowKey: RowState] {
        do throws(PostgresError) {
            let count = source.mapping.primaryKeyCount
            return try await states(of: Array(keys.filter { $0.values.count == count })[...])
        } catch {
            throw BackfillError(error)
        }
    }

    /// In halves where the database cannot tell of all at once, down to the one key that is at fault.
    private mutating func states(of keys: ArraySlice<RowKey>) async throws(PostgresError) -> [RowKey: RowState] {
        guard let first = keys.first else { return [:] }
        do throws(PostgresError) {
            let found = try await read(keys)
            if Set(found.keys).isSubset(of: keys) { return found }
            // The column's type is another by now, and writes the same value otherwise.
            if keys.count == 1 { return found.first.map { [first: $0.value] } ?? [:] }
        } catch {
            guard PageReader.isOfOneRow(error) else { throw error }
            if keys.count == 1 { return [first: .unknown] }
        }
        let middle = keys.startIndex + keys.count / 2
        let states = try await states(of: keys[..<middle])
        return states.merging(try await self.states(of: keys[middle...])) { _, later in later }
    }

    private mutating func read(_ keys: ArraySlice<RowKey>) async throws(PostgresError) -> [RowKey: RowState] {
        var states: [RowKey: RowState] = [:]
        let statement = source.statements.rows(Array(keys))
        let rows = try await database.query(statement.sql, statement.parameters)
        while try await rows.next() {
            let failure = encoder.encode(rows)
            let key = RowKey(encoder.primaryKey.strings)
            let memory = RowMemory(
                row: key,
                key: String(decoding: encoder.key, as: UTF8.self),
                tenant: encoder.tenant.map { String(decoding: $0, as: UTF8.self) }
            )
            states[key] = failure == nil ? .called(memory) : .unknown
        }
        return states
    }
}
