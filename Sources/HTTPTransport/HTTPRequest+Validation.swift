extension HTTPRequest {
    /// Refuses what would let a header's value write another header, or break the framing of the body.
    func validateHeaders(url: RequestURL) throws(HTTPTransportError) {
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken) else {
                throw HTTPTransportError(
                    .invalidRequest,
                    "a header name is empty or has characters other than letters, digits and !#$%&'*+-.^_`|~",
                    url: url.redacted
                )
            }
            guard !value.utf8.contains(where: Self.isForbiddenInHeader) else {
                throw HTTPTransportError(
                    .invalidRequest,
                    "the value of header \(name) contains a line break or NUL",
                    url: url.redacted
                )
            }
            guard !Self.isName(name, "content-length"), !Self.isName(name, "transfer-encoding") else {
                throw HTTPTransportError(
                    .invalidRequest,
                    "header \(name) is set by the transport: remove it from the request",
                    url: url.redacted
                )
            }
        }
    }

    func hasHeader(_ name: StaticString) -> Bool {
        headers.contains { Self.isName($0.name, name) }
    }

    static func isForbiddenInHeader(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") || byte == 0
    }

    /// Whether `name` is `expected`, which is given in lower case.
    private static func isName(_ name: String, _ expected: StaticString) -> Bool {
        guard name.utf8.count == expected.utf8CodeUnitCount else { return false }
        return expected.withUTF8Buffer { expected in
            // Letters differ from their capitals in this bit; of the other token characters none meets one it fits.
            zip(name.utf8, expected).allSatisfy { $0 == $1 || ($0 | 0x20 == $1 && Self.isLetter($0)) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default:
            isLetter(byte)
        }
    }
}
