/// A header of HTTP whose value is a secret.
package struct SecretHeader: Sendable, Equatable {
    package var name: String
    package var value: Secret

    /// Reads `name=value,name=value`, values percent-encoded where they have to be, as OpenTelemetry writes headers into
    /// the environment. Nil where a part is none.
    static func list(parsing text: String) -> [SecretHeader]? {
        var headers: [SecretHeader] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
            guard halves.count == 2, isName(halves[0]), let value = PercentEncoding.decode(Substring(halves[1])),
                !value.isEmpty, value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
            else { return nil }
            headers.append(SecretHeader(name: halves[0], value: Secret(value)))
        }
        return headers.isEmpty ? nil : headers
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// RFC 9110, section 5.6.2; those that the transport sets by itself are none.
    private static func isName(_ text: String) -> Bool {
        let own = ["content-length", "content-type", "transfer-encoding"]
        return !text.isEmpty && !own.contains(text.lowercased())
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
