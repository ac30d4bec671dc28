import JSON
import JobQueue

/// Reads the JSON of one field of a job: whatever is wrong with it is the job's fault and names the field.
struct JobFieldScanner {
    /// The job's field, as in `InvalidJob`.
    let field: String
    /// Objects and arrays around the innermost value.
    private let maximumDepth: Int
    private var scanner: JSONScanner
    private var depth = 0

    var bytes: ArraySlice<UInt8> { scanner.bytes }
    /// The index in `bytes` of what is next to read.
    var position: Int { bytes.startIndex + scanner.offset }

    /// - Throws: where the text is longer than `maximumBytes`.
    init(
        _ bytes: ArraySlice<UInt8>,
        field: String,
        maximumBytes: Int,
        maximumDepth: Int
    ) throws(InvalidJob) {
        guard bytes.count <= maximumBytes else {
            throw InvalidJob(field, "is \(bytes.count) bytes long; at most \(maximumBytes) are allowed")
        }
        self.field = field
        self.maximumDepth = min(maximumDepth, JSONScanner.maximumDepth)
        scanner = JSONScanner(bytes)
    }

    func fault(at path: String = "", _ reason: String) -> InvalidJob {
        InvalidJob(path.isEmpty ? field : "\(field).\(path)", reason)
    }

    @discardableResult
    mutating func nextKind() throws(InvalidJob) -> JSONScanner.Kind {
        try read { scanner throws(JSONError) in try scanner.nextKind() }
    }

    mutating func beginObject() throws(InvalidJob) {
        try enter()
        try read { scanner throws(JSONError) in try scanner.beginObject() }
    }

    mutating func nextName() throws(InvalidJob) -> JSONString? {
        let name = try read { scanner throws(JSONError) in try scanner.nextName() }
        if name == nil { depth -= 1 }
        return name
    }

    mutating func beginArray() throws(InvalidJob) {
        try enter()
        try read { scanner throws(JSONError) in try scanner.beginArray() }
    }

    mutating func nextElement() throws(InvalidJob) -> Bool {
        let hasElement = try read { scanner throws(JSONError) in try scanner.nextElement() }
        if !hasElement { depth -= 1 }
        return hasElement
    }

    mutating func readString() throws(InvalidJob) -> JSONString {
        try read { scanner throws(JSONError) in try scanner.readString() }
    }

    /// - Returns: the string as it is written, quotes and all, and what it says.
    mutating func readStringText() throws(InvalidJob) -> (text: ArraySlice<UInt8>, content: ArraySlice<UInt8>) {
        let content = try readString()
        return (bytes[content.raw.startIndex - 1..<content.raw.endIndex + 1], content.bytes)
    }

    /// A number that a `Double` can hold: the store refuses a whole request for one that it cannot.
    ///
    /// - Returns: its text, and whether that has neither a fraction nor an exponent.
    mutating func readNumber() throws(InvalidJob) -> (text: ArraySlice<UInt8>, isInteger: Bool) {
        try nextKind()
        let start = position
        try read { scanner throws(JSONError) in _ = try scanner.readDouble() }
        let text = bytes[start..<position]
        return (text, !text.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") })
    }

    /// Checks a value through and through, its depth and its numbers with it, and returns its text.
    @discardableResult
    mutating func skipValue() throws(InvalidJob) -> ArraySlice<UInt8> {
        let kind = try nextKind()
        let start = position
        switch kind {
        case .string, .bool, .null:
            try read { scanner throws(JSONError) in _ = try scanner.skipValue() }
        case .number:
            _ = try readNumber()
        case .object:
            try beginObject()
            while try nextName() != nil { try skipValue() }
        case .array:
            try beginArray()
            while try nextElement() { try skipValue() }
        }
        return bytes[start..<position]
    }

    mutating func finish() throws(InvalidJob) {
        try read { scanner throws(JSONError) in try scanner.finish() }
    }

    private mutating func enter() throws(InvalidJob) {
        guard depth < maximumDepth else { throw fault("is nested deeper than \(maximumDepth) levels") }
        depth += 1
    }

    private mutating func read<Value>(
        _ body: (inout JSONScanner) throws(JSONError) -> Value
    ) throws(InvalidJob) -> Value {
        do {
            return try body(&scanner)
        } catch {
            throw fault("is not valid JSON: \(error)")
        }
    }
}
