/// An absolute http or https URL, taken apart as far as the transport must know: libcurl does the rest.
struct RequestURL {
    let text: String
    let isSecure: Bool
    private let hostAndPort: Substring
    private let path: Substring

    init(_ text: String) throws(HTTPTransportError) {
        // The text is not repeated: of a URL that cannot be taken apart nobody knows where the password stands.
        guard let url = Self.parse(text) else {
            throw HTTPTransportError(
                .invalidRequest,
                "the URL must be http://HOST[:PORT]/… or https://…, without spaces and control characters",
                url: "invalid URL"
            )
        }
        self = url
    }

    private init(text: String, isSecure: Bool, hostAndPort: Substring, path: Substring) {
        self.text = text
        self.isSecure = isSecure
        self.hostAndPort = hostAndPort
        self.path = path
    }

    /// Without user, password, query and fragment: fit for logs and errors.
    var redacted: String {
        "\(isSecure ? "https" : "http")://\(hostAndPort)\(path)"
    }

    private static func parse(_ text: String) -> RequestURL? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
        guard let (isSecure, rest) = dropScheme(text) else { return nil }
        let delimiters: Set<UInt8> = [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")]
        let authority = rest.utf8.prefix { !delimiters.contains($0) }
        // The last `@`: a password may contain others.
        let start = authority.lastIndex(of: UInt8(ascii: "@")).map { rest.utf8.index(after: $0) } ?? rest.startIndex
        let hostAndPort = rest[start..<authority.endIndex]
        guard isHostAndPort(hostAndPort) else { return nil }
        let afterHost = rest[authority.endIndex...]
        let pathEnd = afterHost.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        return RequestURL(
            text: text,
            isSecure: isSecure,
            hostAndPort: hostAndPort,
            path: afterHost[..<(pathEnd ?? afterHost.endIndex)]
        )
    }

    private static func dropScheme(_ text: String) -> (isSecure: Bool, rest: Substring)? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = text[colon...]
        guard rest.utf8.starts(with: "://".utf8) else { return nil }
        let isSecure: Bool
        switch text[..<colon].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: return nil
        }
        return (isSecure, rest.dropFirst(3))
    }

    /// `host`, `host:80`, `[::1]`, `[::1]:80`.
    private static func isHostAndPort(_ text: Substring) -> Bool {
        let bytes = text.utf8
        let hostEnd: Substring.Index
        if bytes.first == UInt8(ascii: "[") {
            guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            hostEnd = bytes.index(after: bracket)
        } else {
            hostEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        }
        guard hostEnd > bytes.startIndex else { return false }
        guard hostEnd < bytes.endIndex else { return true }
        guard bytes[hostEnd] == UInt8(ascii: ":") else { return false }
        let port = text[bytes.index(after: hostEnd)...]
        return UInt16(port) != nil && !port.hasPrefix("+")
    }
}
