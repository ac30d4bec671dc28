/// The fields of a stream entry that Memoir reads.
enum Field: String, CaseIterable {
    case version = "v"
    case id
    case type
    case collection
    case content
    case query
    case metadata
    case filters
    case topK = "top_k"
    case scoreThreshold = "score_threshold"
    case key
    case tenant
    case memoryID = "memory_id"
    case after
    case encodingFormat = "encoding_format"
    case ttl
    case deadline
    case runAt = "run_at"
    case replyTo = "reply_to"
    case source
    case run
    case traceparent
    /// Memoir's own, on entries that it puts back itself: see `Job.History`.
    case attempts = "_attempts"
    case enqueuedAt = "_enqueued_at"
    case firstFailedAt = "_first_failed_at"

    /// By length first: most lengths leave one or two names to compare with.
    init?(_ name: ArraySlice<UInt8>) {
        let candidates = name.count < Self.byLength.count ? Self.byLength[name.count] : []
        for (field, bytes) in candidates where name.elementsEqual(bytes) {
            self = field
            return
        }
        return nil
    }

    private static let byLength: [[(Field, [UInt8])]] = {
        var table: [[(Field, [UInt8])]] = []
        for field in allCases {
            let bytes = Array(field.rawValue.utf8)
            while table.count <= bytes.count { table.append([]) }
            table[bytes.count].append((field, bytes))
        }
        return table
    }()
}
