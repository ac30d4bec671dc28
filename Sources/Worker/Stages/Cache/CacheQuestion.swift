internal import Embeddings
internal import JobQueue
internal import Reactor
internal import RedisClient

/// What is looked up in Redis in one round trip: answers of searches, and vectors of texts.
@Reactor
struct CacheQuestion {
    /// What Redis holds, in the order of what was asked for.
    struct Findings {
        /// Of each search's collection; nil where it is not known.
        var generations: [[UInt8]?]
        /// For each search what was kept, of whatever generation.
        var answers: [ArraySlice<UInt8>?]
        /// Nil where nothing is kept that can be used.
        var vectors: [[Float]?]
    }

    /// Of a collection in which nothing was saved or forgotten yet.
    private static let firstGeneration = [UInt8(ascii: "0")]

    /// Each has a ticket.
    private(set) var searches: [WorkItem] = []
    /// Each has a key.
    private(set) var texts: [TextEntry] = []

    /// Keys that it asks for.
    var count: Int { searches.count + texts.count }

    mutating func add(_ search: WorkItem) { searches.append(search) }

    mutating func add(_ text: TextEntry) { texts.append(text) }

    /// Generations come before answers. Where a save is answered between the two, the answer found may be older than it,
    /// which is right: that search was asked before.
    ///
    /// - Parameter asksForVectors: whether vectors are kept in Redis at all.
    func command(_ keys: JobKeys, asksForVectors: Bool) -> RedisCommand {
        var command = RedisCommand(capacity: 64 + count * 128)
        if !searches.isEmpty {
            command.begin("HMGET", arguments: 1 + searches.count)
            command.append(keys.generations)
            for item in searches { command.append(item.collection) }
            command.begin("MGET", arguments: searches.count)
            for item in searches { command.append(item.ticket?.key ?? []) }
        }
        if asksForVectors && !texts.isEmpty {
            command.begin("MGET", arguments: texts.count)
            for entry in texts { command.append(keys.cachedEmbedding { entry.key?.append(to: &$0) }) }
        }
        return command
    }

    /// - Parameter replies: to the command; none where Redis did not answer.
    func findings(_ replies: [RedisReply], asksForVectors: Bool, dimensions: Int) -> Findings {
        var rest = replies[...]
        var findings = Findings(
            generations: Array(repeating: nil, count: searches.count),
            answers: Array(repeating: nil, count: searches.count),
            vectors: Array(repeating: nil, count: texts.count)
        )
        if !searches.isEmpty {
            let generations = rest.popFirst().flatMap { Self.strings($0, searches.count) }
            if let generations {
                findings.generations = generations.map { $0.map(Array.init) ?? Self.firstGeneration }
            }
            findings.answers = rest.popFirst().flatMap { Self.strings($0, searches.count) } ?? findings.answers
        }
        if asksForVectors, let values = rest.popFirst().flatMap({ Self.strings($0, texts.count) }) {
            findings.vectors = values.map { $0.flatMap { PackedVector.unpack($0, dimensions: dimensions) } }
        }
        return findings
    }

    /// Nil where the server refused, or answered something else than so many strings and nulls.
    private static func strings(_ reply: RedisReply, _ count: Int) -> [ArraySlice<UInt8>?]? {
        var cursor = reply.cursor
        guard reply.kind == .array, (try? cursor.array()) == count else { return nil }
        return try? (0..<count).map { _ in try cursor.string() }
    }
}
