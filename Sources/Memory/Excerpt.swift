/// What a caller wrote, fit for an error message: cut when long, and with nothing in it that could break a line of a
/// log or move a terminal's cursor.
struct Excerpt: CustomStringConvertible {
    static let maximumLength = 64

    let description: String

    init(_ bytes: some Collection<UInt8>) {
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: bytes.prefix(Self.maximumLength), as: UTF8.self).unicodeScalars {
            text.append(Self.isPrintable(scalar) ? scalar : "\u{FFFD}")
        }
        description = String(text) + (bytes.count > Self.maximumLength ? "…" : "")
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: false
        default: true
        }
    }
}
