import JSON

/// The bodies that carry points and queries.
enum QdrantRequestBody {
    /// Everything of a query but its vector and filter.
    private static let overheadOfQuery = 128

    static func upsert(_ batch: UpsertBatch) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: batch.maximumBytes)
        writer.beginObject()
        writer.name("points")
        writer.beginArray()
        for point in batch.points {
            writer.beginObject()
            writer.name("id")
            writer.raw(point.id.json)
            writer.name("vector")
            writer.vector(point.vector)
            writer.name("payload")
            writer.raw(point.payload)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }

    static func maximumBytes(of queries: [PointQuery]) -> Int {
        queries.reduce(overheadOfQuery) { size, query in
            size + overheadOfQuery + query.vector.count * JSONWriter.maximumBytesPerNumberOfVector
                + (query.filter?.count ?? 0)
        }
    }

    /// One query as it is, several as a batch.
    static func query(_ queries: [PointQuery]) throws(JSONError) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: maximumBytes(of: queries))
        if queries.count == 1 {
            try write(queries[0], to: &writer)
            return writer.finish()
        }
        writer.beginObject()
        writer.name("searches")
        writer.beginArray()
        for query in queries { try write(query, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }

    private static func write(_ query: PointQuery, to writer: inout JSONWriter) throws(JSONError) {
        writer.beginObject()
        writer.name("query")
        writer.vector(query.vector)
        if let filter = query.filter {
            writer.name("filter")
            writer.raw(filter)
        }
        writer.name("limit")
        writer.integer(query.limit)
        if let scoreThreshold = query.scoreThreshold {
            writer.name("score_threshold")
            try writer.double(scoreThreshold)
        }
        writer.name("with_payload")
        writer.bool(true)
        writer.endObject()
    }

    static func ids(_ name: StaticString, _ ids: ArraySlice<PointID>) -> [UInt8] {
        object { writer in
            write(ids, named: name, to: &writer)
        }
    }

    static func retrieve(_ ids: ArraySlice<PointID>, including fields: [String]) -> [UInt8] {
        object { writer in
            write(ids, named: "ids", to: &writer)
            writer.name("with_payload")
            writer.beginObject()
            writer.name("include")
            writer.beginArray()
            for field in fields { writer.string(field) }
            writer.endArray()
            writer.endObject()
            writer.name("with_vector")
            writer.bool(false)
        }
    }

    static func scroll(_ request: ScrollRequest) -> [UInt8] {
        object { writer in
            writer.name("filter")
            writer.raw(request.filter)
            writer.name("limit")
            writer.integer(request.limit)
            if let offset = request.offset {
                writer.name("offset")
                writer.raw(offset.json)
            }
            writer.name("with_payload")
            writer.bool(true)
            writer.name("with_vector")
            writer.bool(false)
        }
    }

    static func filter(_ filter: [UInt8]) -> [UInt8] {
        object { writer in
            writer.name("filter")
            writer.raw(filter)
        }
    }

    static func count(matching filter: [UInt8]?) -> [UInt8] {
        object { writer in
            writer.name("exact")
            writer.bool(true)
            if let filter {
                writer.name("filter")
                writer.raw(filter)
            }
        }
    }

    private static func write(_ ids: ArraySlice<PointID>, named name: StaticString, to writer: inout JSONWriter) {
        writer.name(name)
        writer.beginArray()
        for id in ids { writer.raw(id.json) }
        writer.endArray()
    }

    private static func object(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        members(&writer)
        writer.endObject()
        return writer.finish()
    }
}
