internal import JSON

/// `_meta` of a request's parameters, as far as it means something here.
struct RequestMeta: Sendable {
    /// What the protocol's version is said to be.
    enum Version: Sendable, Equatable {
        case absent
        /// Something else than a string.
        case invalid
        case named(String)
    }

    private(set) var version = Version.absent
    /// It stands there twice: whoever stands between might read the other one.
    private(set) var isVersionRepeated = false
    /// They are there, and an object.
    private(set) var hasClientCapabilities = false
    private(set) var progressToken: RequestID?
    /// It is there, and neither a string nor a whole number.
    private(set) var isProgressTokenInvalid = false
    private(set) var trace = TraceContext()

    init() {}

    /// - Parameter value: of `_meta`; nil where it is no object.
    init?(_ value: RequestParameters.Value?) {
        guard let value, value.kind == .object else { return nil }
        var scanner = JSONScanner(value.bytes)
        do throws(JSONError) {
            try read(from: &scanner)
        } catch {
            // Not reached: the value was checked when the message was read.
            return nil
        }
    }

    private mutating func read(from scanner: inout JSONScanner) throws(JSONError) {
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            if name == "io.modelcontextprotocol/protocolVersion" {
                isVersionRepeated = version != .absent
                version = try scanner.string().map { .named($0.string) } ?? .invalid
            } else if name == "io.modelcontextprotocol/clientCapabilities" {
                hasClientCapabilities = try scanner.value().kind == .object
            } else if name == "progressToken" {
                progressToken = try RequestID(from: &scanner)
                isProgressTokenInvalid = progressToken == nil
            } else if name == "traceparent" {
                trace.traceparent = Self.bounded(try scanner.string())
            } else if name == "tracestate" {
                trace.tracestate = Self.bounded(try scanner.string())
            } else {
                try scanner.skipValue()
            }
        }
    }

    private static func bounded(_ text: JSONString?) -> String? {
        guard let text, text.raw.count <= TraceContext.maximumLength else { return nil }
        return text.string
    }
}
