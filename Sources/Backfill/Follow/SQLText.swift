internal import PostgresClient

/// Parts of statements that cannot be parameters.
enum SQLText {
    /// A name, whatever characters it has.
    static func name(_ name: String) -> String { PostgresConnection.quoted(identifier: name) }

    /// A text, for sessions with `standard_conforming_strings`, which all have that do not say otherwise.
    static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
