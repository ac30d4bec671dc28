internal import JSON
internal import VectorStore

/// A memory that was made from a row, as the store holds it.
package struct RowMemory: Sendable, Hashable {
    package let row: RowKey
    package let key: String
    package let tenant: String?

    package static func == (left: RowMemory, right: RowMemory) -> Bool {
        left.row == right.row && ExactText(left.key) == ExactText(right.key)
            && left.tenant.map(ExactText.init) == right.tenant.map(ExactText.init)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(row)
        hasher.combine(ExactText(key))
        hasher.combine(tenant.map(ExactText.init))
    }

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
