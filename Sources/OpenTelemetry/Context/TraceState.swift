/// What tracing systems say of a trace to their own kind, passed on unread: `rojo=00f067aa0ba902b7,congo=t61rcWkgMzE`.
/// Source: W3C Trace Context (Recommendation, 23 November 2021), section 3.3.
package struct TraceState: Sendable, Hashable {
    package static let none = TraceState(text: "")

    private static let maximumMembers = 32
    private static let maximumCharacters = 256

    /// Members that are empty left out, and the spaces between the others.
    package let text: String

    package var isEmpty: Bool { text.isEmpty }

    private init(text: String) {
        self.text = text
    }

    /// Nil where any of it is invalid: then none of it may be passed on.
    package init?(parsing text: String) {
        var members: [Substring.UTF8View] = []
        var keys: Set<String> = []
        for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let member = Self.trimmed(part)
            guard !member.isEmpty else { continue }
            guard let equals = member.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let key = member[..<equals]
            guard Self.isKey(key), Self.isValue(member[member.index(after: equals)...]) else { return nil }
            guard keys.insert(String(Substring(key))).inserted, keys.count <= Self.maximumMembers else { return nil }
            members.append(member)
        }
        self.text = members.map { String(Substring($0)) }.joined(separator: ",")
    }

    /// Optional white space of HTTP: spaces and tabs.
    private static func trimmed(_ part: Substring.UTF8View) -> Substring.UTF8View {
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        var rest = part.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }

    /// `rojo`, or `tenant@system`.
    private static func isKey(_ key: Substring.UTF8View) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, first.dropFirst().allSatisfy(isKeyCharacter) else { return false }
        guard parts.count == 2 else { return first.count <= maximumCharacters && first.first.map(isLetter) == true }
        let system = parts[1]
        return (1...241).contains(first.count) && first.first.map { isLetter($0) || isDigit($0) } == true
            && (1...14).contains(system.count) && system.first.map(isLetter) == true
            && system.dropFirst().allSatisfy(isKeyCharacter)
    }

    private static func isKeyCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "_-*/".utf8.contains(byte)
    }

    /// Printable ASCII without `,` and `=`. That it does not end in a space was seen to before.
    private static func isValue(_ value: Substring.UTF8View) -> Bool {
        (1...maximumCharacters).contains(value.count)
            && value.allSatisfy {
                (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
