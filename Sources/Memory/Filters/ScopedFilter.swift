import JSON
package import JobQueue
package import VectorStore

/// A filter of the store that cannot match another tenant's points.
///
/// There is no other way to one than through the tenant: every initialiser writes
///
///     {"must": [<the tenant's condition>, <what the caller asked for, a filter of its own>]}
///
/// and the caller's part, being one complete JSON value in an array of which all must hold, can only narrow it.
package struct ScopedFilter: Sendable {
    /// Private, so that an initialiser elsewhere has to go through one of those here.
    private let filter: [UInt8]

    /// A Qdrant filter, JSON.
    package var bytes: [UInt8] { filter }
    /// Nothing is named to select by: this is all that the tenant has in the collection. `forget` must not take it
    /// for an answer by accident.
    package let isWholeTenant: Bool

    /// All points of the tenant.
    ///
    /// - Parameter tenant: nil selects the points that were saved without one.
    package init(tenant: ArraySlice<UInt8>?) {
        var writer = Self.begin(tenant, reservingCapacity: 0)
        filter = Self.end(&writer)
        isWholeTenant = true
    }

    /// The points of the tenant that the caller's filter matches.
    ///
    /// - Parameter filters: a JSON object, in the simple form of `FilterTranslator` or as a Qdrant filter.
    /// - Throws: `InvalidJob` of `filters` or of the key in it that is at fault.
    package init(
        tenant: ArraySlice<UInt8>?,
        filters: ArraySlice<UInt8>,
        in collection: CollectionDefinition,
        limits: FilterLimits = FilterLimits()
    ) throws(InvalidJob) {
        var translator = try FilterTranslator(filters, collection: collection, limits: limits)
        var writer = Self.begin(tenant, reservingCapacity: filters.count * 2)
        isWholeTenant = try !translator.write(to: &writer)
        filter = Self.end(&writer)
    }

    /// Those of the points that are the tenant's. No ids match nothing.
    ///
    /// - Throws: `InvalidJob` of `ids` where there are more than the limit.
    package init(
        tenant: ArraySlice<UInt8>?,
        ids: [PointID],
        limits: FilterLimits = FilterLimits()
    ) throws(InvalidJob) {
        guard ids.count <= limits.ids else {
            throw InvalidJob("ids", "names \(ids.count) points; at most \(limits.ids) are allowed")
        }
        var writer = Self.begin(tenant, reservingCapacity: ids.count * 40)
        writer.beginObject()
        writer.name("has_id")
        writer.beginArray()
        for id in ids { writer.string(id.text) }
        writer.endArray()
        writer.endObject()
        filter = Self.end(&writer)
        isWholeTenant = false
    }

    private static func begin(_ tenant: ArraySlice<UInt8>?, reservingCapacity capacity: Int) -> JSONWriter {
        var writer = JSONWriter(reservingCapacity: 96 + (tenant?.count ?? 0) + capacity)
        writer.beginObject()
        writer.name("must")
        writer.beginArray()
        writer.beginObject()
        if let tenant {
            writer.name("key")
            writer.string("_memoir.tenant")
            writer.name("match")
            writer.beginObject()
            writer.name("value")
            writer.string(tenant)
            writer.endObject()
        } else {
            writer.name("is_empty")
            writer.beginObject()
            writer.name("key")
            writer.string("_memoir.tenant")
            writer.endObject()
        }
        writer.endObject()
        return writer
    }

    private static func end(_ writer: inout JSONWriter) -> [UInt8] {
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
