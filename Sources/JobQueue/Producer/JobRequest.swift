/// A job as a producer asks for it: the fields of its stream entry.
package struct JobRequest: Sendable {
    /// As the wire has it.
    package let type: String
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
    /// Of a get, in the place of `key`: the memory's id, as a save answered it.
    package var memoryID: String?
    /// Of a list: the `next` of the page before.
    package var after: String?
    package var tenant: String?
    package var topK: Int?
    package var scoreThreshold: Double?
    package var encodingFormat: String?
    /// Of a save: where the memory comes from.
    package var source: String?
    /// The run whose tally the job is counted in.
    package var run: String?
    /// Seconds that the result is kept.
    package var ttl: Int?
    /// Milliseconds since 1970: not run before it.
    package var runAt: Int?
    /// Milliseconds since 1970: answered `expired`, not run, after it.
    package var deadline: Int?
    /// W3C trace context: the span that the job is a part of.
    package var traceparent: String?

    package init(_ type: JobType, id: String) {
        self.init(type: type.rawValue, lane: type.defaultLane, id: id)
    }

    /// - Parameter type: as the wire has it.
    package init(type: String, lane: Lane, id: String) {
        self.type = type
        self.lane = lane
        self.id = id
    }

    /// Names and values, in the order in which they are sent.
    package var fields: [(name: StaticString, value: String)] {
        var fields: [(name: StaticString, value: String)] = [("v", "1"), ("id", id), ("type", type)]
        let optional: [(name: StaticString, value: String?)] = [
            ("collection", collection),
            (type == JobType.search.rawValue ? "query" : "content", text),
            ("metadata", metadata),
            ("filters", filters),
            ("key", key),
            ("tenant", tenant),
            ("memory_id", memoryID),
            ("after", after),
            ("top_k", topK.map(String.init)),
            ("score_threshold", scoreThreshold.map { "\($0)" }),
            ("encoding_format", encodingFormat),
            ("source", source),
            ("run", run),
            ("ttl", ttl.map(String.init)),
            ("run_at", runAt.map(String.init)),
            ("deadline", deadline.map(String.init)),
            ("traceparent", traceparent),
        ]
        for (name, value) in optional {
            if let value { fields.append((name: name, value: value)) }
        }
        return fields
    }
}
