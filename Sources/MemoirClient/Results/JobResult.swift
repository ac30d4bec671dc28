internal import JSON
internal import JobQueue

/// The result of a job that was done, as its type has it. What is missing is `invalidAnswer`.
struct JobResult {
    let jobID: String
    let json: JSONValue

    /// - Parameter bytes: the whole result, as it stands in Redis.
    /// - Throws: what the job failed with.
    init(_ bytes: [UInt8], of jobID: String) throws(MemoryError) {
        guard let answer = JobAnswer(parsing: bytes[...]) else {
            throw .invalidAnswer(jobID: jobID, "the form of a result")
        }
        guard answer.status == .ok else { throw MemoryError(answer, jobID: jobID) }
        self.jobID = jobID
        json = answer.result
    }

    func saved() throws(MemoryError) -> SavedMemory {
        SavedMemory(id: try string("id", json), isDuplicate: json["deduped"] == .bool(true))
    }

    func found() throws(MemoryError) -> [FoundMemory] {
        try list("results") { hit throws(MemoryError) in
            guard let score = MemoryValue(hit["score"] ?? .null).number else { throw missing("score") }
            return FoundMemory(id: try string("id", hit), score: score, payload: try payload(hit))
        }
    }

    func embedding() throws(MemoryError) -> Embedding {
        guard case .integer(let tokens)? = json["tokens"] else { throw missing("tokens") }
        var isCached: Bool?
        if case .bool(let cached)? = json["cached"] { isCached = cached }
        return Embedding(vector: try vector(), model: try string("model", json), tokens: tokens, isCached: isCached)
    }

    /// How many memories are gone.
    func forgotten() throws(MemoryError) -> Int {
        guard case .integer(let count)? = json["forgotten"] else { throw missing("forgotten") }
        return count
    }

    func memory() throws(MemoryError) -> StoredMemory? {
        guard let memory = json["memory"] else { throw missing("memory") }
        return memory == .null ? nil : try stored(memory)
    }

    func page() throws(MemoryError) -> MemoryPage {
        let memories = try list("memories") { memory throws(MemoryError) in try stored(memory) }
        var next: String?
        if case .string(let id)? = json["next"] { next = id }
        return MemoryPage(memories: memories, next: next)
    }

    // MARK: Parts

    private func stored(_ memory: JSONValue) throws(MemoryError) -> StoredMemory {
        StoredMemory(id: try string("id", memory), payload: try payload(memory))
    }

    private func payload(_ memory: JSONValue) throws(MemoryError) -> [String: MemoryValue] {
        guard let payload = memory["payload"].flatMap({ MemoryValue($0).object }) else { throw missing("payload") }
        return payload
    }

    /// Base64 of little-endian float32.
    private func vector() throws(MemoryError) -> [Float] {
        let text = ArraySlice(try string("embedding", json).utf8)
        guard let count = Base64Floats.count(in: text) else { throw missing("embedding") }
        var vector = [Float](repeating: 0, count: count)
        guard Base64Floats.decode(text, into: &vector, at: 0..<count) else { throw missing("embedding") }
        return vector
    }

    private func list<Element>(
        _ name: String,
        _ read: (JSONValue) throws(MemoryError) -> Element
    ) throws(MemoryError) -> [Element] {
        guard case .array(let values)? = json[name] else { throw missing(name) }
        var elements: [Element] = []
        for value in values { elements.append(try read(value)) }
        return elements
    }

    private func string(_ name: String, _ object: JSONValue) throws(MemoryError) -> String {
        guard case .string(let text)? = object[name] else { throw missing(name) }
        return text
    }

    private func missing(_ name: String) -> MemoryError { .invalidAnswer(jobID: jobID, name) }
}
