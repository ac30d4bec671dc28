internal import JSON
internal import VectorStore

/// A memory that was made from a row, as the store holds it.
package struct RowMemory: Sendable, Hashable {
    package let row: RowKey
    package let key: String
    package let tenant: String?

    package init(row: RowKey, key: String, tenant: String?) {
        self.row = row
        self.key = key
        self.tenant = tenant
    }

    /// Nil where no backfill has made it: it is somebody else's.
    init?(_ point: StoredPoint) {
        guard let payload = try? JSONValue(parsing: point.payload), let own = payload["_memoir"],
            case .string(let source)? = own["source"], let row = RowKey(source: source),
            case .string(let key)? = own["key"]
        else { return nil }
        self.row = row
        self.key = key
        if case .string(let tenant)? = own["tenant"] { self.tenant = tenant } else { tenant = nil }
    }
}
