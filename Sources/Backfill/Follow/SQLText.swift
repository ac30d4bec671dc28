internal import PostgresClient

/// Parts of statements that cannot be parameters.
enum SQLText {
    /// A name, whatever characters it has.
    static func name(_ name: String) -> String { PostgresConnection.quoted(identifier: name) }

    /// A text.
    static func literal(_ text: String) -> String { PostgresConnection.quoted(literal: text) }
}
