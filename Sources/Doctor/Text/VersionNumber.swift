/// `7.0.15`, compared number by number; what stands behind the numbers is of no account.
struct VersionNumber: Sendable, Comparable, CustomStringConvertible {
    private let parts: [Int]

    /// nil where the text does not begin with a number.
    init?(_ text: String) {
        let numbers = text.prefix { $0.isNumber || $0 == "." }
        parts = numbers.split(separator: ".").compactMap { Int($0) }
        if parts.isEmpty { return nil }
    }

    init(_ parts: Int...) {
        self.parts = parts
    }

    var description: String { parts.map(String.init).joined(separator: ".") }

    static func < (left: VersionNumber, right: VersionNumber) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }
}
