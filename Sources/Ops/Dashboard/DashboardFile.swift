/// One file of the page that operators look at, as it is given out.
package struct DashboardFile: Sendable {
    /// Of its URL, such as `/dashboard.css`; the page itself is `/`.
    package let path: String
    package let contentType: String
    package let bytes: [UInt8]
    /// Of the content, quotes included: a browser that has it is answered 304.
    package let etag: String

    /// - Parameter name: of the file in the folder `Page`.
    init(_ name: String, _ bytes: [UInt8]) {
        path = name == "dashboard.html" ? "/" : "/\(name)"
        contentType =
            switch name.split(separator: ".").last {
            case "html": "text/html; charset=utf-8"
            case "css": "text/css; charset=utf-8"
            default: "text/javascript; charset=utf-8"
            }
        self.bytes = bytes
        etag = "\"\(String(Self.hash(bytes), radix: 36))\""
    }

    /// FNV-1a, 64 bits: tells one build's file from another's, and guards nothing.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
