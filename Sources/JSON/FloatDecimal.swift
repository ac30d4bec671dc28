/// Writes a `Float` as a whole mantissa of at most nine digits and a power of ten: `123456789e-10`.
///
/// Why it reads back exactly: each binade `2^e ..< 2^(e+1)` has one power of ten that puts it between 5·10⁷ and 10⁹.
/// Rounding there to a whole number moves the value by less than 10⁻⁸ of 2^e, and half the distance between two
/// `Float`s is 2⁻²⁴ (6·10⁻⁸) of 2^e, or half of that right below a power of two. What is left of the margin, a factor
/// of three, swallows the errors of the `Double`s on the way, both here and in whoever reads the number.
enum FloatDecimal {
    private struct Binade {
        /// `10^-exponent`
        var scale: Double
        var exponent: Int
    }

    /// A power of ten as it is written, in the low bytes of a word.
    private struct Suffix {
        var text: UInt32 = 0
        var length = 0
    }

    /// Sign, nine digits, four bytes of exponent, a comma. The stores of whole words reach no further than it.
    static let bytesPerNumber = 15
    private static let lowestExponent = -64

    /// One per exponent field of a `Float`. Field 0, the subnormals, shares the scale of the smallest normal numbers.
    private static let binades: [Binade] = (0..<255).map { field in
        let limit = Double(sign: .plus, exponent: max(field, 1) - 126, significand: 1)
        var exponent = -46
        while limit / power(exponent) > 1e9 { exponent += 1 }
        return Binade(scale: power(-exponent), exponent: exponent)
    }

    private static let suffixes: [Suffix] = (lowestExponent..<64).map { exponent in
        guard exponent != 0 else { return Suffix() }
        var suffix = Suffix()
        for byte in "e\(exponent)".utf8 {
            suffix.text |= UInt32(byte) << (8 * UInt32(suffix.length))
            suffix.length += 1
        }
        return suffix
    }

    private static func power(_ exponent: Int) -> Double {
        guard let power = Double("1e\(exponent)") else { preconditionFailure("10^\(exponent)") }
        return power
    }

    /// Appends the numbers with commas between them. All must be finite.
    static func append(_ values: ArraySlice<Float>, to bytes: inout [UInt8]) {
        guard !values.isEmpty else { return }
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: values.count * bytesPerNumber))
        let end = bytes.withUnsafeMutableBytes { buffer in
            binades.withUnsafeBufferPointer { binades in
                suffixes.withUnsafeBufferPointer { suffixes in
                    var end = start
                    for value in values {
                        end = store(value, into: buffer, at: end, binades, suffixes)
                    }
                    return end
                }
            }
        }
        // The last number's comma goes too.
        bytes.removeLast(bytes.count - end + 1)
    }

    @inline(__always)
    private static func store(
        _ value: Float,
        into buffer: UnsafeMutableRawBufferPointer,
        at start: Int,
        _ binades: UnsafeBufferPointer<Binade>,
        _ suffixes: UnsafeBufferPointer<Suffix>
    ) -> Int {
        let magnitude = value.bitPattern & 0x7FFF_FFFF
        precondition(magnitude < 0x7F80_0000, "a vector must not hold infinity or NaN")
        let binade = binades[Int(magnitude >> 23)]
        // Adding 2^52 rounds to a whole number and leaves it in the low bits.
        let scaled = Double(Float(bitPattern: magnitude)) * binade.scale + 0x1p52
        let mantissa = UInt32(truncatingIfNeeded: scaled.bitPattern)

        buffer[start] = UInt8(ascii: "-")
        var end = start + Int(value.bitPattern >> 31)
        let (leading, rest) = mantissa.quotientAndRemainder(dividingBy: 100_000_000)
        var digits = eightDigits(rest)
        let trailingZeros = digits.leadingZeroBitCount / 8
        var length = 8 - trailingZeros
        var exponent = binade.exponent + trailingZeros
        if leading != 0 {
            buffer[end] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: leading)
            end += 1
        } else if magnitude < 0x0080_0000 {
            // Zero, and subnormals: only these can have leading zeros.
            if mantissa == 0 { (length, exponent) = (1, 0) }
            let leadingZeros = mantissa == 0 ? 0 : digits.trailingZeroBitCount / 8
            digits >>= UInt64(8 * leadingZeros)
            length -= leadingZeros
        }
        buffer.storeBytes(of: (digits | 0x3030_3030_3030_3030).littleEndian, toByteOffset: end, as: UInt64.self)
        end += length
        let suffix = suffixes[exponent - lowestExponent]
        buffer.storeBytes(of: suffix.text.littleEndian, toByteOffset: end, as: UInt32.self)
        end += suffix.length
        buffer[end] = UInt8(ascii: ",")
        return end + 1
    }

    /// The eight digits of a number below 10⁸, one in each byte, the first one in the lowest: split in halves, three
    /// times, each half in its own lane of the word.
    @inline(__always)
    private static func eightDigits(_ number: UInt32) -> UInt64 {
        let (upper, lower) = number.quotientAndRemainder(dividingBy: 10_000)
        let fours = UInt64(upper) | UInt64(lower) << 32
        // ⌊x / 100⌋ of each 32-bit lane, exact below 10⁴.
        let hundreds = ((fours &* 10_486) &>> 20) & 0x0000_007F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) << 16
        // ⌊x / 10⌋ of each 16-bit lane, exact below 10².
        let tens = ((twos &* 103) &>> 10) & 0x000F_000F_000F_000F
        return tens | (twos &- tens &* 10) << 8
    }
}
