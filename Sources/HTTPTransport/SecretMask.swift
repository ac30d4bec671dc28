/// Takes a secret out of what a server said, before it reaches an error or a log. Servers repeat a wrong key, whole or
/// in part: a word goes as soon as it shares `window` bytes in a row with the secret, or blots out letters of its own.
package struct SecretMask: Sendable {
    /// Fewer in a row than this give nothing away, and occur by chance.
    private static let window = 6
    private static let replacement = "[key]"

    private let secret: [UInt8]

    package init(_ secret: String?) {
        self.secret = Array((secret ?? "").utf8)
    }

    package func masked(_ text: String) -> String {
        guard !secret.isEmpty else { return text }
        var result = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !result.isEmpty || word.startIndex != text.startIndex { result += " " }
            result += reveals(Array(word.utf8)) ? Self.replacement : String(word)
        }
        return result
    }

    private func reveals(_ word: [UInt8]) -> Bool {
        if word.contains(sequence: [UInt8](repeating: UInt8(ascii: "*"), count: 3)[...]) { return true }
        let length = min(Self.window, secret.count)
        return (0...secret.count - length).contains { word.contains(sequence: secret[$0..<$0 + length]) }
    }
}

extension [UInt8] {
    fileprivate func contains(sequence: ArraySlice<UInt8>) -> Bool {
        guard sequence.count <= count else { return false }
        return (0...count - sequence.count).contains { self[$0..<$0 + sequence.count].elementsEqual(sequence) }
    }
}
