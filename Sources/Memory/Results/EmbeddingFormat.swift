/// How a result carries a vector: the job's `encoding_format`.
package enum EmbeddingFormat: String, Sendable, CaseIterable {
    /// Little-endian float32.
    case base64
    /// An array of numbers.
    case float
}
