package import PostgresClient
package import Reactor

/// Reads rows that failed before, as they are now. Rows that are gone meanwhile are passed over.
@Reactor
package final class RetryReader: PageSource {
    /// Rows that are asked for at once.
    private static let rowsAtOnce = 500

    private let reader: PageReader
    /// In an order of their own, which is the same each time the run is taken up.
    private let keys: [RowKey]

    package init(reader: PageReader, keys: [RowKey]) {
        self.reader = reader
        self.keys = keys.sorted { Self.place($0) < Self.place($1) }
    }

    package func read(after: RowKey?, number: Int, maximum: Int) async throws(PostgresError) -> SourcePage {
        let start = after.map { last in keys.firstIndex { Self.place($0) > Self.place(last) } ?? keys.count } ?? 0
        let chunk = Array(keys[start...].prefix(min(Self.rowsAtOnce, maximum)))
        guard !chunk.isEmpty else { return reader.emptyPage(after: after) }
        var page: SourcePage
        do throws(PostgresError) {
            page = try await reader.read(chunk, number: number)
        } catch {
            guard PageReader.isOfOneRow(error) else { throw error }
            guard chunk.count == 1 else {
                return try await read(after: after, number: number, maximum: max(1, chunk.count / 8))
            }
            page = reader.unreadable(chunk[0], error)
        }
        // Full before all of them were on it: in which order the database sends them is not this one.
        guard page.isLast || chunk.count == 1 else {
            return try await read(after: after, number: number, maximum: min(page.rows, chunk.count - 1))
        }
        page.after = chunk.last
        page.isLast = start + chunk.count == keys.count
        return page
    }

    private static func place(_ key: RowKey) -> ExactText { ExactText(key.json) }
}
