/// Vectors as text: RFC 4648, section 4, over little-endian float32, which is what embedding endpoints send too.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// Both characters of twelve bits, the first one in the low byte.
    private static let pairs: [UInt16] = (0..<4_096).map { bits in
        UInt16(alphabet[bits >> 6]) | UInt16(alphabet[bits & 0x3F]) << 8
    }

    /// Characters that so many numbers take, padding included.
    static func length(floats count: Int) -> Int { (count * 4 + 2) / 3 * 4 }

    static func append(_ vector: ArraySlice<Float>, to output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: repeatElement(UInt8(ascii: "="), count: length(floats: vector.count)))
        output.withUnsafeMutableBytes { output in
            pairs.withUnsafeBufferPointer { pairs in
                encode(vector, into: UnsafeMutableRawBufferPointer(rebasing: output[start...]), pairs)
            }
        }
    }

    private static func encode(
        _ vector: ArraySlice<Float>,
        into output: UnsafeMutableRawBufferPointer,
        _ pairs: UnsafeBufferPointer<UInt16>
    ) {
        var offset = 0
        // What is not yet written is at the high end.
        var pending: UInt64 = 0
        var bits: UInt64 = 0
        for number in vector {
            pending |= UInt64(number.bitPattern.byteSwapped) << (32 - bits)
            bits += 32
            while bits >= 12 {
                let pair = pairs[Int(truncatingIfNeeded: pending >> 52)]
                output.storeBytes(of: pair.littleEndian, toByteOffset: offset, as: UInt16.self)
                offset += 2
                pending <<= 12
                bits -= 12
            }
        }
        // Eight bits are left (two characters, the second one filled up with zeros), or four, or none.
        guard bits > 0 else { return }
        let last = pairs[Int(truncatingIfNeeded: pending >> 52)]
        output[offset] = UInt8(truncatingIfNeeded: last)
        if bits == 8 { output[offset + 1] = UInt8(truncatingIfNeeded: last >> 8) }
    }
}
