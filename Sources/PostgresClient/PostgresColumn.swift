/// What the server says of a column of a result.
package struct PostgresColumn: Sendable, Equatable {
    package let name: String
    /// Of `pg_type`: 23 is int4, 25 text, 1700 numeric, …
    package let typeOID: UInt32
    /// What the type was declared with, in the type's own form; -1 for nothing. A `numeric(p, s)` has `(p << 16 | s) + 4`.
    package let typeModifier: Int32
    /// The table that the column comes from unchanged, and the column's number in it; 0 for what is computed.
    package let tableOID: UInt32
    package let columnNumber: Int
}
