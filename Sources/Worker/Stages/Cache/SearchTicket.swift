internal import Embeddings
internal import JobQueue
internal import Memory

/// What a search's answer is kept under, and of which state of its collection it is.
struct SearchTicket {
    /// In Redis.
    let key: [UInt8]
    /// Of the collection, read before the query runs: each save and forget that is answered raises it. An answer is valid
    /// for as long as it stands. Nil where it could not be read: the answer is not kept.
    var generation: [UInt8]?

    /// The key is a hash over all that the answer depends on: collection, filter (which holds the tenant), text, model,
    /// dimensions, count and threshold, each with its length where it has one.
    ///
    /// - Parameters:
    ///   - text: of model, dimensions and text.
    ///   - prefix: what the key begins with.
    init(_ job: Job, filter: ScopedFilter, text: EmbeddingKey, prefix: [UInt8]) {
        let filter = filter.bytes
        var parts: [UInt8] = []
        parts.reserveCapacity(160 + job.collection.count + filter.count)
        text.append(to: &parts)
        for part in [job.collection, filter[...]] {
            parts.append(contentsOf: "\(part.count):".utf8)
            parts.append(contentsOf: part)
        }
        parts.append(contentsOf: "\(job.topK):".utf8)
        if let threshold = job.scoreThreshold { parts.append(contentsOf: "\(threshold.bitPattern)".utf8) }
        var key = prefix
        ContentHash(of: parts[...]).append(to: &key)
        self.key = key
    }

    /// What is kept: the generation, a colon, and the result's JSON. Nil while the generation is not known.
    func entry(_ result: ArraySlice<UInt8>) -> [UInt8]? {
        guard let generation else { return nil }
        var entry = generation
        entry.append(UInt8(ascii: ":"))
        entry.append(contentsOf: result)
        return entry
    }

    /// The result in an entry; nil where it is of another generation, or none at all.
    func result(in entry: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let generation, let colon = entry.firstIndex(of: UInt8(ascii: ":")),
            entry[..<colon].elementsEqual(generation)
        else { return nil }
        let result = entry[(colon + 1)...]
        return result.first == UInt8(ascii: "{") && result.last == UInt8(ascii: "}") ? result : nil
    }
}
