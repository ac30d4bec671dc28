internal import JSON
internal import Memory
internal import VectorStore

extension RowMemory {
    /// Where it is stored.
    func pointID(in collection: String) -> PointID {
        PointIdentity.id(
            collection: ArraySlice(collection.utf8),
            tenant: tenant.map { ArraySlice($0.utf8) },
            key: ArraySlice(key.utf8)
        )
    }

    /// Filters of a forget: this memory, as long as it is the row's. What another row, or an agent, has put under the same
    /// key by then stays.
    ///
    ///     {"must": [{"has_id": ["…"]}, {"key": "_memoir.source", "match": {"value": "postgres:[\"1\"]"}}]}
    package func filters(in collection: String) -> String {
        var writer = JSONWriter(reservingCapacity: 160)
        writer.beginObject()
        writer.name("must")
        writer.beginArray()
        writer.beginObject()
        writer.name("has_id")
        writer.beginArray()
        writer.string(pointID(in: collection).text)
        writer.endArray()
        writer.endObject()
        writer.beginObject()
        writer.name("key")
        writer.string("_memoir.source")
        writer.name("match")
        writer.beginObject()
        writer.name("value")
        writer.string(row.source)
        writer.endObject()
        writer.endObject()
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
