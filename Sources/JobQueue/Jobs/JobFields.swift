/// Reads the fields of one entry into a job and keeps the first thing that is wrong.
struct JobFields {
    private(set) var job: Job
    private(set) var problem: InvalidJob?
    private var seen: Seen = []

    private struct Seen: OptionSet {
        let rawValue: UInt16
        static let version = Seen(rawValue: 1)
        static let id = Seen(rawValue: 2)
        static let type = Seen(rawValue: 4)
        static let content = Seen(rawValue: 8)
        static let query = Seen(rawValue: 16)
        static let topK = Seen(rawValue: 32)
    }

    /// What a field may hold.
    struct Limits {
        let keys: JobKeys
        /// Of `content` and `query`.
        let textBytes: Int
        /// Of `metadata` and `filters`.
        let jsonBytes: Int
    }

    private var contentSpan: Job.Span?
    private var querySpan: Job.Span?

    init(_ job: Job) {
        self.job = job
    }

    mutating func read(
        _ name: ArraySlice<UInt8>,
        _ value: ArraySlice<UInt8>,
        _ limits: Limits
    ) {
        guard let field = Field(name) else { return }
        switch field {
        case .version:
            seen.insert(.version)
            check(value.elementsEqual("1".utf8), "v", "must be 1, the only version of the wire format")
        case .id: readID(value)
        case .type: readType(value)
        case .collection: job.collectionSpan = name255(value, "collection")
        case .content:
            seen.insert(.content)
            contentSpan = text(value, "content", limits.textBytes)
        case .query:
            seen.insert(.query)
            querySpan = text(value, "query", limits.textBytes)
        case .metadata: job.metadataSpan = json(value, "metadata", limits.jsonBytes)
        case .filters: job.filtersSpan = json(value, "filters", limits.jsonBytes)
        case .topK: readTopK(value)
        case .scoreThreshold: readScoreThreshold(value)
        case .key: job.keySpan = shortText(value, "key")
        case .tenant: job.tenantSpan = shortText(value, "tenant")
        case .memoryID: job.memoryIDSpan = shortText(value, "memory_id")
        case .after: job.afterSpan = shortText(value, "after")
        case .encodingFormat: readEncodingFormat(value)
        case .ttl: readTTL(value)
        case .deadline: job.deadline = milliseconds(value, "deadline")
        case .runAt: job.runAt = milliseconds(value, "run_at")
        case .replyTo: readReplyTo(value, limits.keys)
        case .source: job.sourceSpan = self.name(value, "source", maximum: JobLimits.maximumSourceBytes)
        case .run: job.runSpan = self.name(value, "run", maximum: JobLimits.maximumRunBytes)
        case .traceparent: readTraceparent(value)
        case .attempts: job.history.attempts = own(value) ?? 0
        case .enqueuedAt: job.history.enqueuedAt = own(value)
        case .firstFailedAt: job.history.firstFailedAt = own(value)
        }
    }

    mutating func checkCount(_ count: Int) {
        let maximum = JobLimits.maximumFields
        let isAllowed = count <= maximum + JobLimits.ownFields
        check(isAllowed, "id", "stands beside \(count - 1) other fields: at most \(maximum) are allowed")
    }

    /// After the last field: is all there that the type needs?
    mutating func checkPresence() {
        check(seen.contains(.version), "v", "is missing: send v 1")
        check(seen.contains(.id), "id", "is missing: send the job's id, which names its result")
        checkResult()
        guard seen.contains(.type) else {
            return fail("type", "is missing: send one of \(JobType.names)")
        }
        job.textSpan = job.type == .search ? querySpan : contentSpan
        switch job.type {
        case .embed:
            check(seen.contains(.content), "content", "is missing: send the text to embed")
        case .save:
            check(seen.contains(.content), "content", "is missing: send the text to save")
            check(job.collectionSpan != nil, "collection", "is missing: send the collection to save into")
        case .search:
            check(seen.contains(.query), "query", "is missing: send the text to search for")
            check(job.collectionSpan != nil, "collection", "is missing: send the collection to search")
        case .forget:
            check(job.collectionSpan != nil, "collection", "is missing: send the collection to forget from")
            let isNamed = job.keySpan != nil || job.filtersSpan != nil
            check(isNamed, "key", "is missing: send key or filters, to say what is to be forgotten")
        case .get:
            check(job.collectionSpan != nil, "collection", "is missing: send the collection to read from")
            let isNamed = job.keySpan != nil || job.memoryIDSpan != nil
            check(isNamed, "key", "is missing: send key or memory_id, to say which memory is wanted")
            let isNamedOnce = job.keySpan == nil || job.memoryIDSpan == nil
            check(isNamedOnce, "memory_id", "stands beside key: send one of the two")
        case .list:
            check(job.collectionSpan != nil, "collection", "is missing: send the collection to list")
            if !seen.contains(.topK) { job.topK = JobLimits.defaultPageSize }
        case .stats: break
        }
    }

    /// A job that keeps no result is counted instead. One that may not, is told so in the result that it has all the same.
    private mutating func checkResult() {
        let isCounted = job.runSpan != nil && seen.contains(.type) && (job.type == .save || job.type == .forget)
        guard !job.keepsResult && !isCounted else { return }
        let maximum = JobLimits.maximumTTL
        fail("ttl", "is \"0\": send whole seconds from 1 to \(maximum); 0 is for a save or forget with a run")
        job.ttl = nil
    }

    // MARK: Fields

    private mutating func readID(_ value: ArraySlice<UInt8>) {
        seen.insert(.id)
        guard let characters = characterCount(value) else { return fail("id", "is not valid UTF-8") }
        guard characters > 0 else { return fail("id", "is empty: send the job's id, which names its result") }
        let maximum = JobLimits.maximumIDCharacters
        guard characters <= maximum else {
            return fail("id", "has \(characters) characters: at most \(maximum) are allowed")
        }
        job.idSpan = Job.Span(value)
    }

    private mutating func readType(_ value: ArraySlice<UInt8>) {
        seen.insert(.type)
        guard let type = JobType.allCases.first(where: { value.elementsEqual($0.rawValue.utf8) }) else {
            return fail("type", "is \(quoted(value)): send one of \(JobType.names)")
        }
        job.type = type
    }

    private mutating func readTopK(_ value: ArraySlice<UInt8>) {
        seen.insert(.topK)
        let maximum = JobLimits.maximumTopK
        guard let number = integer(value), number >= 1, number <= maximum else {
            return fail("top_k", "is \(quoted(value)): send a whole number from 1 to \(maximum)")
        }
        job.topK = number
    }

    private mutating func readScoreThreshold(_ value: ArraySlice<UInt8>) {
        guard let number = Double(String(decoding: value, as: UTF8.self)), number.isFinite else {
            return fail("score_threshold", "is \(quoted(value)): send a number such as 0.5")
        }
        job.scoreThreshold = number
    }

    private mutating func readEncodingFormat(_ value: ArraySlice<UInt8>) {
        if value.elementsEqual("base64".utf8) {
            job.encodingFormat = .base64
        } else if value.elementsEqual("float".utf8) {
            job.encodingFormat = .float
        } else {
            fail("encoding_format", "is \(quoted(value)): send base64 or float")
        }
    }

    private mutating func readTTL(_ value: ArraySlice<UInt8>) {
        let maximum = JobLimits.maximumTTL
        guard let number = integer(value), number >= 0, number <= maximum else {
            return fail("ttl", "is \(quoted(value)): send whole seconds from 1 to \(maximum)")
        }
        job.ttl = number
    }

    private mutating func milliseconds(_ value: ArraySlice<UInt8>, _ field: String) -> Int? {
        guard let number = integer(value), number > 0 else {
            fail(field, "is \(quoted(value)): send milliseconds since 1970")
            return nil
        }
        return number
    }

    /// A field that only Memoir writes: what does not make sense is as if it were not there.
    private func own(_ value: ArraySlice<UInt8>) -> Int? {
        guard let number = integer(value), (0...JobLimits.maximumTime).contains(number) else { return nil }
        return number
    }

    private mutating func readReplyTo(_ value: ArraySlice<UInt8>, _ keys: JobKeys) {
        guard keys.mayReceiveReplies(value) else {
            return fail("reply_to", "is \(quoted(value)), a key of Memoir's own: name a stream \(keys.replies("NAME"))")
        }
        job.replyToSpan = shortText(value, "reply_to")
    }

    /// Not checked: whoever traces reads it, and where it is wrong the job runs all the same.
    private mutating func readTraceparent(_ value: ArraySlice<UInt8>) {
        if value.count <= JobLimits.maximumNameBytes { job.traceparentSpan = Job.Span(value) }
    }

    // MARK: Kinds of value

    private mutating func text(_ value: ArraySlice<UInt8>, _ field: String, _ maximum: Int) -> Job.Span? {
        guard value.count <= maximum else {
            fail(field, "has \(value.count) bytes: at most \(maximum) are allowed; split the text")
            return nil
        }
        guard isValidUTF8(value) else {
            fail(field, "is not valid UTF-8")
            return nil
        }
        guard value.contains(where: { $0 > UInt8(ascii: " ") }) else {
            fail(field, value.isEmpty ? "is empty: send a text" : "is blank: send a text")
            return nil
        }
        return Job.Span(value)
    }

    private mutating func json(_ value: ArraySlice<UInt8>, _ field: String, _ maximum: Int) -> Job.Span? {
        guard value.count <= maximum else {
            fail(field, "has \(value.count) bytes: at most \(maximum) are allowed")
            return nil
        }
        return Job.Span(value)
    }

    private mutating func shortText(_ value: ArraySlice<UInt8>, _ field: String) -> Job.Span? {
        name(value, field, maximum: JobLimits.maximumNameBytes)
    }

    private mutating func name255(_ value: ArraySlice<UInt8>, _ field: String) -> Job.Span? {
        name(value, field, maximum: 255)
    }

    private mutating func name(_ value: ArraySlice<UInt8>, _ field: String, maximum: Int) -> Job.Span? {
        guard !value.isEmpty, value.count <= maximum else {
            fail(field, value.isEmpty ? "is empty: leave it out or send a value" : "is longer than \(maximum) bytes")
            return nil
        }
        guard isValidUTF8(value) else {
            fail(field, "is not valid UTF-8")
            return nil
        }
        return Job.Span(value)
    }

    private func integer(_ value: ArraySlice<UInt8>) -> Int? {
        value.count <= 20 ? Int(String(decoding: value, as: UTF8.self)) : nil
    }

    /// nil where it is not UTF-8.
    private func characterCount(_ value: ArraySlice<UInt8>) -> Int? {
        guard isValidUTF8(value) else { return nil }
        // Scalars, as other languages count a string's length; continuation bytes begin with 10.
        return value.reduce(into: 0) { count, byte in if byte & 0xC0 != 0x80 { count += 1 } }
    }

    private func isValidUTF8(_ value: ArraySlice<UInt8>) -> Bool {
        (try? UTF8Span(validating: value.span)) != nil
    }

    /// What was sent, shortened, for a person.
    private func quoted(_ value: ArraySlice<UInt8>) -> String {
        let shown = String(decoding: value.prefix(40), as: UTF8.self)
        return value.count > 40 ? "\"\(shown)…\"" : "\"\(shown)\""
    }

    private mutating func check(_ condition: Bool, _ field: String, _ reason: @autoclosure () -> String) {
        if !condition { fail(field, reason()) }
    }

    private mutating func fail(_ field: String, _ reason: String) {
        if problem == nil { problem = InvalidJob(field, reason) }
    }
}
