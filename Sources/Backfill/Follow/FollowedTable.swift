/// A table whose changes are followed, as the database's catalog has it. Names are not quoted.
package struct FollowedTable: Sendable, Equatable {
    package let oid: String
    package let schema: String
    package let name: String
    /// Whether the outbox is there that stands beside it.
    package let hasOutbox: Bool

    package init(oid: String, schema: String, name: String, hasOutbox: Bool) {
        self.oid = oid
        self.schema = schema
        self.name = name
        self.hasOutbox = hasOutbox
    }

    /// As SQL takes it.
    var quotedName: String { "\(SQLText.name(schema)).\(SQLText.name(name))" }
    /// For people.
    package var shownName: String { "\(schema).\(name)" }
    /// As SQL takes it.
    var outbox: String { "\(SQLText.name(schema)).\(SQLText.name(OutboxTrigger.outbox))" }
}
