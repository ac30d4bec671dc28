import JSON

enum EmbeddingRequestBody {
    private static let overhead = 512
    /// Quotes, comma and some escapes of each text: a guess that saves growing the body, not a bound.
    private static let overheadOfText = 16

    static func estimatedBytes(_ texts: [ArraySlice<UInt8>]) -> Int {
        texts.reduce(overhead) { $0 + $1.count + $1.count / 32 + overheadOfText }
    }

    static func write(_ texts: [ArraySlice<UInt8>], _ configuration: OpenAIConfiguration) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: estimatedBytes(texts))
        writer.beginObject()
        writer.name("model")
        writer.string(configuration.model)
        writer.name("encoding_format")
        writer.string(configuration.asksBase64 ? "base64" : "float")
        if configuration.sendsDimensions {
            writer.name("dimensions")
            writer.integer(configuration.dimensions)
        }
        if let user = configuration.user {
            writer.name("user")
            writer.string(user)
        }
        writer.name("input")
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
        writer.endObject()
        return writer.finish()
    }
}
