import JSON

/// What a provider said of a failure: `{"error": {"message", "type", "code"}}` in OpenAI's own form; others send
/// `{"error": "…"}`, `{"message": "…"}` or `{"detail": "…"}`, or no JSON at all.
struct ProviderFault {
    private static let maximumMessageBytes = 500

    private(set) var message: String?
    private(set) var type: String?
    private(set) var code: String?

    init(body: [UInt8]) {
        if let value = try? JSONValue(parsing: body) {
            self.init(value["error"] ?? value)
        } else {
            self.init(.string(String(decoding: body.prefix(Self.maximumMessageBytes), as: UTF8.self)))
        }
    }

    init(_ value: JSONValue) {
        if let text = Self.string(value) ?? Self.string(value["message"]) ?? Self.string(value["detail"]) {
            message = Self.bounded(text)
        }
        type = Self.string(value["type"])
        code = Self.string(value["code"])
    }

    private static func string(_ value: JSONValue?) -> String? {
        if case .string(let text)? = value { text } else { nil }
    }

    /// On one line, and no longer than a log line should be; nil where nothing is left.
    private static func bounded(_ text: String) -> String? {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let end = line.utf8.index(line.startIndex, offsetBy: maximumMessageBytes, limitedBy: line.endIndex)
        return line.isEmpty ? nil : String(line[..<(end ?? line.endIndex)])
    }
}
