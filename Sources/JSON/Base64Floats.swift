/// Base64 (RFC 4648, section 4; padding may be missing) of little-endian `Float`s, decoded into where they stay.
package enum Base64Floats {
    /// Set in what the table says of a byte outside the alphabet, and in nothing else.
    private static let invalid: UInt32 = 0x8000_0000

    /// Four characters make three bytes: for each of the four places, what a character adds to them, in the order of
    /// memory.
    private static let table: [UInt32] = {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        var table = [UInt32](repeating: invalid, count: 4 * 256)
        for (value, character) in zip(UInt32(0)..., alphabet.utf8) {
            let row = Int(character)
            table[row] = value << 2
            table[256 + row] = value >> 4 | (value & 0xF) << 12
            table[512 + row] = (value >> 2) << 8 | (value & 0x3) << 22
            table[768 + row] = value << 16
        }
        return table
    }()

    /// How many numbers the text holds; nil where its length is that of no whole number of them.
    package static func count(in text: ArraySlice<UInt8>) -> Int? {
        let characters = withoutPadding(text).count
        let bytes = characters * 3 / 4
        return characters % 4 != 1 && bytes % 4 == 0 ? bytes / 4 : nil
    }

    /// Whether all characters were valid; the numbers are of no use otherwise.
    ///
    /// - Parameter place: as long as `count(in:)` says.
    package static func decode(_ text: ArraySlice<UInt8>, into values: inout [Float], at place: Range<Int>) -> Bool {
        let text = withoutPadding(text)
        precondition(text.count * 3 / 4 == place.count * 4, "\(text.count) characters for \(place.count) numbers")
        let marks = values.withUnsafeMutableBytes { values in
            let bytes = UnsafeMutableRawBufferPointer(rebasing: values[place.lowerBound * 4..<place.upperBound * 4])
            return table.withUnsafeBufferPointer { table in
                text.withUnsafeBufferPointer { decode($0, into: bytes, table) }
            }
        }
        #if _endian(big)
        for index in place { values[index] = Float(bitPattern: values[index].bitPattern.byteSwapped) }
        #endif
        return marks & invalid == 0
    }

    /// All words of the table that were used, together.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        into bytes: UnsafeMutableRawBufferPointer,
        _ table: UnsafeBufferPointer<UInt32>
    ) -> UInt32 {
        var marks: UInt32 = 0
        var from = 0
        var to = 0
        // Stores of four bytes, of which the next one overwrites the last.
        while from + 4 <= text.count, to + 4 <= bytes.count {
            let word =
                table[Int(text[from])] | table[256 + Int(text[from + 1])]
                | table[512 + Int(text[from + 2])] | table[768 + Int(text[from + 3])]
            bytes.storeBytes(of: word.littleEndian, toByteOffset: to, as: UInt32.self)
            marks |= word
            from += 4
            to += 3
        }
        // At most three bytes are left, and the four characters that they come from.
        var word: UInt32 = 0
        for index in from..<text.count {
            word |= table[256 * (index - from) + Int(text[index])]
        }
        for index in to..<bytes.count {
            bytes[index] = UInt8(truncatingIfNeeded: word >> UInt32(8 * (index - to)))
        }
        return marks | word
    }

    private static func withoutPadding(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        for _ in 0..<2 where text.last == UInt8(ascii: "=") { text.removeLast() }
        return text
    }
}
