/// What may be a name: `[a-zA-Z_:][a-zA-Z0-9_:]*` for metrics, the same without colons for labels.
enum MetricName {
    static func isValid(_ name: String) -> Bool {
        isWord(name) { isLetter($0) || $0 == UInt8(ascii: ":") }
    }

    /// Names that begin with two underscores are Prometheus's own, as is `le`, the bound of a bucket.
    static func isValidLabel(_ name: String) -> Bool {
        isWord(name, isLetter) && !name.hasPrefix("__") && name != "le"
    }

    private static func isWord(_ name: String, _ mayBegin: (UInt8) -> Bool) -> Bool {
        guard let first = name.utf8.first, mayBegin(first) else { return false }
        return name.utf8.allSatisfy { mayBegin($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
