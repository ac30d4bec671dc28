/// A password or key. It shows itself masked wherever it is printed, interpolated or dumped; only `value` gives it away.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// From this length on, the last four characters tell keys apart without giving away anything of use.
    private static let minimumLengthToShowTail = 20

    package let value: String

    package init(_ value: String) { self.value = value }

    package var description: String {
        guard value.count >= Self.minimumLengthToShowTail else { return "***" }
        return "\(value.hasPrefix("sk-") ? "sk-" : "")…\(value.suffix(4))"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(reflecting: description) }
}
