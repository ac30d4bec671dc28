internal import JSON
internal import JobQueue

/// Reads the JSON of a job into fields of the wire. Numbers, metadata and filters are sent as they are written: nothing is
/// rounded on the way.
struct JobBodyReader {
    private enum Form {
        case text
        /// A number, or its text.
        case number
        /// An object, or its text.
        case object
    }

    private static let forms: [(name: String, form: Form)] = [
        ("v", .number), ("id", .text), ("type", .text), ("lane", .text), ("collection", .text), ("content", .text),
        ("query", .text), ("metadata", .object), ("filters", .object), ("top_k", .number), ("score_threshold", .number),
        ("key", .text), ("tenant", .text), ("memory_id", .text), ("after", .text), ("encoding_format", .text),
        ("ttl", .number), ("deadline", .number), ("run_at", .number), ("source", .text), ("run", .text),
        ("traceparent", .text),
    ]

    private var scanner: JSONScanner

    init(_ bytes: [UInt8]) {
        scanner = JSONScanner(bytes)
    }

    mutating func read() throws(OpsError) -> [(name: String, value: String)] {
        guard try reading({ scanner throws(JSONError) in try scanner.nextKind() }) == .object else { throw .noObject }
        try reading { scanner throws(JSONError) in try scanner.beginObject() }
        var fields: [(name: String, value: String)] = []
        while let name = try reading({ scanner throws(JSONError) in try scanner.nextName() })?.string {
            let form = try Self.form(of: name)
            guard !fields.contains(where: { $0.name == name }) else {
                throw OpsError(InvalidJob(name, "stands twice"))
            }
            if let value = try value(name, form) { fields.append((name, value)) }
        }
        try reading { scanner throws(JSONError) in try scanner.finish() }
        return fields
    }

    /// nil for null, which is as if the field were not there.
    private mutating func value(_ name: String, _ form: Form) throws(OpsError) -> String? {
        let kind = try reading { scanner throws(JSONError) in try scanner.nextKind() }
        switch (kind, form) {
        case (.null, _):
            _ = try reading { scanner throws(JSONError) in try scanner.readNull() }
            return nil
        case (.string, _): return try reading { scanner throws(JSONError) in try scanner.readString() }.string
        case (.number, .number), (.object, .object):
            let range = try reading { scanner throws(JSONError) in try scanner.skipValue() }
            return String(decoding: scanner.bytes[range], as: UTF8.self)
        default: throw OpsError(InvalidJob(name, "must be \(Self.expectation(form))"))
        }
    }

    private static func form(of name: String) throws(OpsError) -> Form {
        if let form = forms.first(where: { $0.name == name })?.form { return form }
        guard name != "reply_to" else {
            let reason = "is for producers that read Redis: send ?wait=10s, or ask GET /api/jobs/{id}"
            throw OpsError(InvalidJob(name, reason))
        }
        throw OpsError(InvalidJob(name, "is no field of a job: known are \(forms.map(\.name).joined(separator: ", "))"))
    }

    private static func expectation(_ form: Form) -> String {
        switch form {
        case .text: "a text"
        case .number: "a number"
        case .object: "an object"
        }
    }

    private mutating func reading<Value>(
        _ body: (inout JSONScanner) throws(JSONError) -> Value
    ) throws(OpsError) -> Value {
        do throws(JSONError) {
            return try body(&scanner)
        } catch {
            throw .noJSON(error)
        }
    }
}
