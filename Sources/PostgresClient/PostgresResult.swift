/// All rows of a statement.
package struct PostgresResult: Sendable {
    package var columns: [PostgresColumn] = []
    /// In the server's text form; nil for NULL.
    package var rows: [[String?]] = []
    /// Rows touched by INSERT, UPDATE, DELETE, or given by SELECT; nil for other commands.
    package var affectedRows: Int?
}
