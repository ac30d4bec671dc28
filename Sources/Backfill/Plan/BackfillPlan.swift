/// What a backfill would do, found out without doing any of it.
package struct BackfillPlan: Sendable, Equatable {
    /// A row as it would be saved.
    package struct Document: Sendable, Equatable {
        package let key: String
        package let tenant: String?
        package let content: String
        /// JSON.
        package let metadata: String
        package let primaryKey: RowKey
    }

    /// A row of the sample that could not be saved.
    package struct Rejection: Sendable, Equatable {
        package let source: String
        package let code: String
        package let message: String
    }

    package let collection: String
    /// Rows that would be read: counted, at the time of the plan.
    package let rows: Int
    /// Rows with a null in their primary key: they cannot be read in order, and are left out.
    package let nullKeys: Int
    /// The first rows, rendered.
    package let documents: [Document]
    /// Of the rows that were looked at; a few of them.
    package let rejections: [Rejection]
    /// Rows that were looked at for the estimates.
    package let sampled: Int
    /// Of the rows that were looked at.
    package let rejectedShare: Double
    /// Of the rows that were looked at: those that have the key of another, and would overwrite it.
    package let sharedKeys: Int
    /// One of these keys.
    package let sharedKey: String?
    /// Tokens of one row on the average: an estimate, rather too high than too low.
    package let tokensPerItem: Double
    package let pricePerMillionTokens: Double
    /// nil where nothing tells how fast it can go.
    package let seconds: Double?
    /// What `seconds` is told from.
    package let pace: String?

    package var tokens: Int { Int((tokensPerItem * Double(rows)).rounded()) }
    package var dollars: Double { tokensPerItem * Double(rows) * pricePerMillionTokens / 1e6 }
}
