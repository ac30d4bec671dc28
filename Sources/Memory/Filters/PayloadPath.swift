/// A path into a payload in the store's notation: names of letters and digits (of any script), `_` and `-`, or any name
/// in double quotes; joined by dots; each with any number of `[]` (every element) or `[3]` (one element) behind it.
struct PayloadPath {
    /// What callers may filter on of our own bookkeeping. The tenant is not theirs to ask about.
    static let openBookkeeping = ["_memoir.created_at", "_memoir.updated_at", "_memoir.source", "_memoir.key"]

    /// The first name, without quotes.
    let first: ArraySlice<UInt8>
    private let text: ArraySlice<UInt8>

    /// Nil where the store could not read the path.
    init?(_ text: ArraySlice<UInt8>) {
        var rest = text
        guard let first = Self.readName(&rest) else { return nil }
        while let next = rest.first {
            switch next {
            case UInt8(ascii: "."):
                rest = rest.dropFirst()
                guard Self.readName(&rest) != nil else { return nil }
            case UInt8(ascii: "["):
                rest = rest.dropFirst().drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                guard rest.first == UInt8(ascii: "]") else { return nil }
                rest = rest.dropFirst()
            default: return nil
            }
        }
        self.first = first
        self.text = text
    }

    /// Why nobody may filter on this path, or nil.
    ///
    /// - Parameter text: the path as the caller wrote it, JSON's escapes resolved.
    static func fault(_ text: ArraySlice<UInt8>) -> String? {
        guard let path = PayloadPath(text) else {
            return "is no path into a payload; put names with other characters than letters, digits, _ and - in "
                + "double quotes, as in \\\"vendor name\\\".id"
        }
        guard path.first.elementsEqual(ReservedKey.memoir.rawValue.utf8) else { return nil }
        if openBookkeeping.contains(where: { path.text.elementsEqual($0.utf8) }) { return nil }
        return "is not open to filters; of _memoir only created_at, updated_at, source and key are"
    }

    private static func readName(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        if rest.first == UInt8(ascii: "\"") {
            let name = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            rest = rest[name.endIndex...]
            guard !name.isEmpty, rest.first == UInt8(ascii: "\"") else { return nil }
            rest = rest.dropFirst()
            return name
        }
        let name = rest.prefix { $0 >= 0x80 || isPlain($0) }
        rest = rest[name.endIndex...]
        guard !name.isEmpty, name.allSatisfy(isPlain) || isAlphanumeric(name) else { return nil }
        return name
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Letters and digits as Rust's `char::is_alphanumeric` has them, which is what the store goes by.
    private static func isAlphanumeric(_ name: ArraySlice<UInt8>) -> Bool {
        String(decoding: name, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .decimalNumber, .letterNumber, .otherNumber: true
            default: scalar.properties.isAlphabetic || scalar == "_" || scalar == "-"
            }
        }
    }
}
