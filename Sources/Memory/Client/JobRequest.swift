package import JobQueue

/// A job as a producer asks for it: the fields of its stream entry.
package struct JobRequest: Sendable {
    package let type: JobType
    package var id: String
    package var lane: Lane
    package var collection: String?
    /// What is embedded: sent as `query` for a search, as `content` for the rest.
    package var text: String?
    /// A JSON object.
    package var metadata: String?
    /// A JSON object.
    package var filters: String?
    package var key: String?
    package var tenant: String?
    /// Of a get, in the place of `key`.
    package var memoryID: String?
    /// Of a list: the `next` of the page before.
    package var after: String?
    package var topK: Int?
    package var scoreThreshold: Double?
    package var encodingFormat: String?
    /// Seconds that the result is kept.
    package var ttl: Int?
    /// Milliseconds since 1970: not run before it.
    package var runAt: Int?
    /// Milliseconds since 1970: answered `expired`, not run, after it.
    package var deadline: Int?

    package init(_ type: JobType, id: String) {
        self.type = type
        self.id = id
        lane = type.defaultLane
    }

    /// Names and values, in the order in which they are sent.
    var fields: [(name: StaticString, value: String)] {
        var fields: [(name: StaticString, value: String)] = [("v", "1"), ("id", id), ("type", type.rawValue)]
        let optional: [(name: StaticString, value: String?)] = [
            ("collection", collection),
            (type == .search ? "query" : "content", text),
            ("metadata", metadata),
            ("filters", filters),
            ("key", key),
            ("tenant", tenant),
            ("memory_id", memoryID),
            ("after", after),
            ("top_k", topK.map(String.init)),
            ("score_threshold", scoreThreshold.map { "\($0)" }),
            ("encoding_format", encodingFormat),
            ("ttl", ttl.map(String.init)),
            ("run_at", runAt.map(String.init)),
            ("deadline", deadline.map(String.init)),
        ]
        for (name, value) in optional {
            if let value { fields.append((name: name, value: value)) }
        }
        return fields
    }
}
