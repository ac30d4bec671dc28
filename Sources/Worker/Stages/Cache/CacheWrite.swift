internal import Embeddings
internal import JobQueue
internal import RedisClient

/// A value that is to be kept in Redis.
enum CacheWrite {
    case vector([Float], EmbeddingKey)
    case answer([UInt8], key: [UInt8])

    /// About what it takes on the wire.
    var bytes: Int {
        switch self {
        case .vector(let vector, _): vector.count * MemoryLayout<Float>.size + 160
        case .answer(let answer, let key): answer.count + key.count + 128
        }
    }

    func append(to command: inout RedisCommand, _ keys: JobKeys, _ configuration: CacheConfiguration) {
        command.begin("SET", arguments: 4)
        switch self {
        case .vector(let vector, let key):
            command.append(keys.cachedEmbedding { key.append(to: &$0) })
            PackedVector.withBytes(of: vector[...]) { command.append($0) }
            command.append("EX")
            command.append(configuration.embeddingTTL)
        case .answer(let answer, let key):
            command.append(key)
            command.append(answer)
            command.append("EX")
            command.append(configuration.searchTTL)
        }
    }
}
