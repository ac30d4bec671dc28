import Templates

/// Keeps the values in a natural key apart, so that no two rows have one key: `a/b` and `c` are not `a` and `b/c`.
///
/// The first byte of each text that stands between two columns, `/` and `%` are written `%2F` inside of values. So a
/// value ends where such a byte stands bare, and the values can be read back from the key.
struct KeyEscaping: Sendable {
    private let isEscaped: [Bool]

    /// - Parameter template: one without `faultAsKey`.
    init(_ template: TextTemplate) {
        var isEscaped = [Bool](repeating: false, count: 256)
        isEscaped[Int(UInt8(ascii: "/"))] = true
        isEscaped[Int(UInt8(ascii: "%"))] = true
        for case .text(let text) in template.parts.dropFirst().dropLast() {
            guard let first = text.utf8.first else { continue }
            isEscaped[Int(first)] = true
            // Not in the midst of a character.
            if first >= 0x80 { for byte in 0x80...0xFF { isEscaped[byte] = true } }
        }
        self.isEscaped = isEscaped
    }

    /// Escapes what stands in `key` from `start` on.
    func escape(_ key: inout [UInt8], from start: Int) {
        let count = key[start...].count { isEscaped[Int($0)] }
        guard count > 0 else { return }
        var from = key.count
        var to = key.count + 2 * count
        key.append(contentsOf: repeatElement(0, count: 2 * count))
        // Backwards, so that nothing is overwritten before it is read.
        while from > start {
            from -= 1
            let byte = key[from]
            if isEscaped[Int(byte)] {
                to -= 3
                key[to] = UInt8(ascii: "%")
                key[to + 1] = Self.digit(byte >> 4)
                key[to + 2] = Self.digit(byte & 0xF)
            } else {
                to -= 1
                key[to] = byte
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
