import JSON

extension QdrantRequestBody {
    static func createCollection(_ collection: CollectionConfiguration) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("vectors")
        writer.beginObject()
        writer.name("size")
        writer.integer(collection.vectorSize)
        writer.name("distance")
        writer.string(collection.distance.rawValue)
        if let vectorsOnDisk = collection.vectorsOnDisk {
            writer.name("on_disk")
            writer.bool(vectorsOnDisk)
        }
        writer.endObject()
        if let payloadOnDisk = collection.payloadOnDisk {
            writer.name("on_disk_payload")
            writer.bool(payloadOnDisk)
        }
        writer.endObject()
        return writer.finish()
    }

    static func createIndex(_ index: PayloadIndex) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("field_name")
        writer.string(index.field)
        writer.name("field_schema")
        if index.isTenant {
            writer.beginObject()
            writer.name("type")
            writer.string(index.kind.rawValue)
            writer.name("is_tenant")
            writer.bool(true)
            writer.endObject()
        } else {
            writer.string(index.kind.rawValue)
        }
        writer.endObject()
        return writer.finish()
    }
}
