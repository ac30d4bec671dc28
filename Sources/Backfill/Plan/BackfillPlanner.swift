internal import Embeddings
package import PostgresClient
package import Reactor

/// Finds out what a backfill would do: reads, and writes nothing anywhere.
@Reactor
package struct BackfillPlanner {
    /// Rows that are shown.
    private static let shownDocuments = 3
    private static let shownRejections = 5

    private let database: PostgresConnection
    private let source: Source
    private let rowLimits: RowLimits
    private let sampleRows: Int
    private let pricePerMillionTokens: Double

    /// - Parameter sampleRows: rows that the estimates are made from, about.
    package init(
        database: PostgresConnection,
        source: Source,
        rowLimits: RowLimits,
        sampleRows: Int,
        pricePerMillionTokens: Double
    ) {
        self.database = database
        self.source = source
        self.rowLimits = rowLimits
        self.sampleRows = sampleRows
        self.pricePerMillionTokens = pricePerMillionTokens
    }

    /// - Throws: `invalidSelection` where the rows cannot be told, `invalidMapping` where a primary key stands twice.
    package func plan(_ selection: RowSelection, pace: Pace) async throws(BackfillError) -> BackfillPlan {
        let census = try await census(selection)
        let rows = min(census.rows - census.nullKeys, selection.limit ?? .max)
        var first = Sample()
        var all = Sample()
        if rows > 0 {
            do throws(PostgresError) {
                let shown = min(Self.shownDocuments, rows)
                first = try await read(source.statements.page(selection, after: nil, limit: shown), keeping: shown)
                let share = min(1, 2 * Double(sampleRows) / Double(max(1, rows)))
                let limit = min(sampleRows, rows)
                // Of a limited number of rows the first ones are meant, as far as they are looked at.
                let statement =
                    selection.limit == nil
                    ? source.statements.sample(selection, share: share, limit: limit)
                    : source.statements.page(selection, after: nil, limit: limit)
                all = try await read(statement, keeping: 0)
                if all.rows == 0 { all = first }
            } catch {
                throw Self.refusal(error, selection)
            }
        }
        let tokensPerItem = all.encoded > 0 ? Double(all.tokens) / Double(all.encoded) : 0
        let slowest = pace.slowest(tokensPerItem: tokensPerItem)
        return BackfillPlan(
            collection: source.collection,
            rows: rows,
            nullKeys: census.nullKeys,
            documents: first.documents,
            rejections: all.rejections,
            sampled: all.rows,
            rejectedShare: all.rows > 0 ? Double(all.rows - all.encoded) / Double(all.rows) : 0,
            sharedKeys: all.sharedKeys,
            sharedKey: all.sharedKey,
            tokensPerItem: tokensPerItem,
            pricePerMillionTokens: pricePerMillionTokens,
            seconds: slowest.map { Double(rows) / $0.rowsPerSecond },
            pace: slowest?.reason
        )
    }

    // MARK: Counting

    private func census(_ selection: RowSelection) async throws(BackfillError) -> (rows: Int, nullKeys: Int) {
        if selection.since != nil, source.mapping.definition.updated == nil {
            throw BackfillError(
                .invalidSelection,
                "--since needs to know when a row was changed: name the column as "
                    + "collections.\(source.collection).source.updated"
            )
        }
        let statement = source.statements.census(selection, isUnique: source.isKeyUnique)
        let counts: [Int]
        do throws(PostgresError) {
            let found = try await database.execute(statement.sql, statement.parameters)
            counts = found.rows.first?.map { $0.flatMap { Int($0) } ?? 0 } ?? [0, 0, 0]
        } catch {
            throw Self.refusal(error, selection)
        }
        guard counts[2] == 0 else {
            let key = source.statements.primaryKey.joined(separator: ", ")
            throw BackfillError(
                .invalidMapping,
                "collections.\(source.collection).source.primaryKey: (\(key)) is no primary key, \(counts[2]) rows have "
                    + "the same as another: name columns that tell the rows apart"
            )
        }
        return (counts[0], counts[1])
    }

    /// What is refused may well be what an operator has typed.
    private static func refusal(_ error: PostgresError, _ selection: RowSelection) -> BackfillError {
        let isTyped = selection.condition != nil || selection.since != nil
        guard isTyped, let state = error.sqlState, state.hasPrefix("42") || state.hasPrefix("22") else {
            return BackfillError(error)
        }
        let option = selection.condition == nil ? "--since" : "--where"
        return BackfillError(.invalidSelection, "\(option): PostgreSQL says: \(error)")
    }

    // MARK: Looking at rows

    private struct Sample {
        var rows = 0
        var encoded = 0
        var tokens = 0
        var sharedKeys = 0
        var sharedKey: String?
        var documents: [BackfillPlan.Document] = []
        var rejections: [BackfillPlan.Rejection] = []
    }

    private func read(_ statement: SourceStatement, keeping shown: Int) async throws(PostgresError) -> Sample {
        var sample = Sample()
        var encoder = RowEncoder(source.mapping, limits: rowLimits)
        var names: Set<[[UInt8]]> = []
        let rows = try await database.query(statement.sql, statement.parameters)
        while try await rows.next() {
            sample.rows += 1
            if let failure = encoder.encode(rows) {
                guard sample.rejections.count < Self.shownRejections else { continue }
                sample.rejections.append(
                    BackfillPlan.Rejection(
                        source: text(encoder.source),
                        code: failure.code.rawValue,
                        message: failure.message
                    )
                )
                continue
            }
            sample.encoded += 1
            sample.tokens += TokenEstimate.tokens(in: encoder.content[...])
            if !names.insert([encoder.key, encoder.tenant ?? []]).inserted {
                sample.sharedKeys += 1
                sample.sharedKey = text(encoder.key)
            }
            guard sample.documents.count < shown else { continue }
            sample.documents.append(
                BackfillPlan.Document(
                    key: text(encoder.key),
                    tenant: encoder.tenant.map(text),
                    content: text(encoder.content),
                    metadata: text(encoder.metadata),
                    primaryKey: RowKey(encoder.primaryKey.strings)
                )
            )
        }
        return sample
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
