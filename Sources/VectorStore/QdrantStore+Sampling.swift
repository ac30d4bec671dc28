import HTTPTransport
import JSON

extension QdrantStore {
    /// Some points that have a text and one unnamed vector, in the order of their ids, which says nothing about them.
    ///
    /// - Parameter limit: points looked at, so at most as many returned.
    package func sample(_ collection: String, limit: Int) async throws(VectorStoreError) -> [SampledPoint] {
        let path = try CollectionPath(collection).points("/scroll")
        let response = try await connection.send(.post, path, body: QdrantRequestBody.sample(limit))
        let answer = QdrantAnswer(response.body, of: configuration)
        guard case .array(let points)? = try answer.value()["points"] else { throw answer.invalid("no points") }
        return points.compactMap { point in
            guard let content = point["payload"]?["content"]?.string, !content.isEmpty,
                case .array(let numbers)? = point["vector"]
            else { return nil }
            let vector = numbers.compactMap(\.number)
            return vector.count == numbers.count ? SampledPoint(content: content, vector: vector) : nil
        }
    }
}

extension QdrantRequestBody {
    static func sample(_ limit: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("limit")
        writer.integer(limit)
        writer.name("with_payload")
        writer.beginArray()
        writer.string("content")
        writer.endArray()
        writer.name("with_vector")
        writer.bool(true)
        writer.endObject()
        return writer.finish()
    }
}

extension JSONValue {
    fileprivate var number: Float? {
        switch self {
        case .integer(let value): Float(value)
        case .double(let value): Float(value)
        default: nil
        }
    }
}
