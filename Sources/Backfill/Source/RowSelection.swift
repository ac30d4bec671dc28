/// Which rows of a source are meant. All conditions must hold.
package struct RowSelection: Sendable, Equatable {
    /// Rows at most, the first in the order of the primary key; nil for all.
    package var limit: Int?
    /// Rows that were changed at that time or later, as PostgreSQL reads it (ISO 8601); nil for all.
    package var since: String?
    /// A condition in SQL on the source's columns, as an operator typed it. It runs in a read-only session.
    package var condition: String?

    package init(limit: Int? = nil, since: String? = nil, condition: String? = nil) {
        self.limit = limit
        self.since = since
        self.condition = condition
    }

    /// Whether rows may be left out, so that what is not selected need not be gone.
    package var isPartial: Bool { limit != nil || since != nil || condition != nil }
}
