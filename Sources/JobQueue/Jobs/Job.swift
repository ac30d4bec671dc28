/// One job as it came from its stream, decoded and checked.
///
/// Its texts are ranges of the buffer that the whole read came in: a job costs no allocation of its own, and the buffer
/// lives until the last job of the read is finished.
package struct Job: Sendable {
    /// A range of `storage`.
    struct Span: Sendable {
        var offset: UInt32
        var length: UInt32

        init(_ slice: ArraySlice<UInt8>) {
            offset = UInt32(slice.startIndex)
            length = UInt32(slice.count)
        }
    }

    package enum EncodingFormat: Sendable {
        case base64
        case float
    }

    /// What happened to the job before it was read this time.
    package struct History: Sendable {
        /// Attempts that failed. A service that is away costs none.
        package internal(set) var attempts = 0
        /// How often it was given to a worker without one saying that it is done, this time included: more than once where
        /// workers died that held it.
        package internal(set) var deliveries = 1
        /// Milliseconds since 1970; nil for a job that was never put back.
        package internal(set) var enqueuedAt: Int?
        /// Milliseconds since 1970; nil while it has not failed.
        package internal(set) var firstFailedAt: Int?
    }

    let storage: [UInt8]
    let entrySpan: Span
    var idSpan: Span?
    var collectionSpan: Span?
    var textSpan: Span?
    var metadataSpan: Span?
    var filtersSpan: Span?
    var keySpan: Span?
    var tenantSpan: Span?
    var memoryIDSpan: Span?
    var afterSpan: Span?
    var replyToSpan: Span?
    var sourceSpan: Span?
    var runSpan: Span?
    var traceparentSpan: Span?

    package let lane: Lane
    package internal(set) var type = JobType.embed
    package internal(set) var encodingFormat = EncodingFormat.base64
    package internal(set) var topK = JobLimits.defaultTopK
    package internal(set) var scoreThreshold: Double?
    /// Seconds that the result is kept; nil for the configured time, 0 for not at all.
    package internal(set) var ttl: Int?
    /// Milliseconds since 1970: after it the job is answered `expired`, not run.
    package internal(set) var deadline: Int?
    /// Milliseconds since 1970: not run before it; nil for at once.
    package internal(set) var runAt: Int?
    package internal(set) var history = History()

    init(entryID: ArraySlice<UInt8>, storage: [UInt8], lane: Lane) {
        self.storage = storage
        self.lane = lane
        entrySpan = Span(entryID)
    }

    /// `<milliseconds>-<sequence>`: when and where the job entered its stream.
    package var entryID: ArraySlice<UInt8> { slice(entrySpan) }
    /// The caller's id; the entry's where the caller gave none that can be used.
    package var id: ArraySlice<UInt8> { slice(idSpan ?? entrySpan) }
    /// Empty for a job that names none.
    package var collection: ArraySlice<UInt8> { optional(collectionSpan) ?? [] }
    /// What is to be embedded: `content`, or a search's `query`. Empty for the other types.
    package var text: ArraySlice<UInt8> { optional(textSpan) ?? [] }
    /// JSON, not checked yet.
    package var metadata: ArraySlice<UInt8>? { optional(metadataSpan) }
    /// JSON, not checked yet.
    package var filters: ArraySlice<UInt8>? { optional(filtersSpan) }
    package var key: ArraySlice<UInt8>? { optional(keySpan) }
    package var tenant: ArraySlice<UInt8>? { optional(tenantSpan) }
    /// Of a get: the id that a save answered, not checked yet.
    package var memoryID: ArraySlice<UInt8>? { optional(memoryIDSpan) }
    /// Of a list: the `next` of the page before, not checked yet.
    package var after: ArraySlice<UInt8>? { optional(afterSpan) }
    package var replyTo: ArraySlice<UInt8>? { optional(replyToSpan) }
    /// Of a save: where the memory comes from.
    package var source: ArraySlice<UInt8>? { optional(sourceSpan) }
    /// The run whose tally the job is counted in when it is finished.
    package var run: ArraySlice<UInt8>? { optional(runSpan) }
    /// W3C trace context of who sent it, not checked.
    package var traceparent: ArraySlice<UInt8>? { optional(traceparentSpan) }
    package var keepsResult: Bool { ttl != 0 }

    /// When the job was first added, in milliseconds since 1970 by the clock of Redis; `JobLimits.maximumTime` at the most.
    package var enqueuedAt: Int { history.enqueuedAt ?? entryTime }

    /// Whoever adds an entry may choose its id, up to 2⁶⁴: what is no time that makes sense must not overflow where it is
    /// reckoned with.
    private var entryTime: Int {
        var milliseconds = 0
        for byte in entryID {
            guard byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") else { break }
            milliseconds = milliseconds * 10 + Int(byte - UInt8(ascii: "0"))
            guard milliseconds < JobLimits.maximumTime else { return JobLimits.maximumTime }
        }
        return milliseconds
    }

    private func slice(_ span: Span) -> ArraySlice<UInt8> {
        storage[Int(span.offset)..<Int(span.offset) + Int(span.length)]
    }

    private func optional(_ span: Span?) -> ArraySlice<UInt8>? {
        span.map(slice)
    }
}
