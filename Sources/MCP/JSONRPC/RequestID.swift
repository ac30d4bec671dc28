internal import JSON

/// What a request is known by, or a token of progress: a string or a whole number, as JSON. `1` is not `"1"`, and
/// `"a"` is `"\u0061"`.
struct RequestID: Hashable, Sendable {
    /// Longer ones are refused: each request in flight keeps its own.
    static let maximumLength = 1_024

    let json: [UInt8]

    /// The scanner's next value; nil where that is no identifier, and then it is skipped.
    init?(from scanner: inout JSONScanner) throws(JSONError) {
        switch try scanner.nextKind() {
        case .string:
            let string = try scanner.readString()
            guard string.raw.count <= Self.maximumLength else { return nil }
            var json: [UInt8] = []
            json.reserveCapacity(string.raw.count + 2)
            json.appendJSONString(string.bytes)
            self.json = json
        case .number:
            let digits = scanner.bytes[try scanner.readNumber()]
            // Whole numbers of any size, as long as they are written so.
            let isFraction = digits.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
            guard digits.count <= Self.maximumLength, !isFraction else { return nil }
            json = Array(digits)
        default:
            try scanner.skipValue()
            return nil
        }
    }
}
