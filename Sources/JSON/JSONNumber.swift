/// A number as it was written: `mantissa × 10^exponent`.
struct JSONNumber {
    /// As many digits as always fit in 64 bits.
    private static let maximumDigits = 19
    /// An exponent beyond it is as good as infinite for a `Double`, and sums of it cannot overflow.
    private static let maximumExponent = 100_000
    /// Powers of ten that a `Double` holds exactly.
    private static let exactPowers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    private(set) var isNegative = false
    private(set) var mantissa: UInt64 = 0
    private(set) var exponent = 0
    /// Neither a fraction nor an exponent was written.
    private(set) var isInteger = true
    /// Digits beyond the nineteenth were dropped.
    private(set) var isTruncated = false
    private(set) var end: Int
    private var significantDigits = 0

    init(_ text: Span<UInt8>, from start: Int) throws(JSONError) {
        end = start
        if end < text.count, text[end] == UInt8(ascii: "-") {
            isNegative = true
            end += 1
        }
        let integerStart = end
        try readDigits(text, isFraction: false)
        if text[integerStart] == UInt8(ascii: "0"), end > integerStart + 1 {
            throw JSONError(.invalidNumber, at: integerStart)
        }
        if end < text.count, text[end] == UInt8(ascii: ".") {
            isInteger = false
            end += 1
            try readDigits(text, isFraction: true)
        }
        if end < text.count, text[end] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            end += 1
            exponent += try readExponent(text)
        }
    }

    private mutating func readDigits(_ text: Span<UInt8>, isFraction: Bool) throws(JSONError) {
        let start = end
        while end < text.count {
            let digit = text[end] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            end += 1
            if significantDigits < Self.maximumDigits {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                if mantissa != 0 { significantDigits += 1 }
                if isFraction { exponent -= 1 }
            } else {
                isTruncated = true
                if !isFraction { exponent += 1 }
            }
        }
        guard end > start else {
            throw JSONError(end < text.count ? .invalidNumber : .unexpectedEnd, at: end)
        }
    }

    private mutating func readExponent(_ text: Span<UInt8>) throws(JSONError) -> Int {
        var isNegative = false
        if end < text.count, text[end] == UInt8(ascii: "+") || text[end] == UInt8(ascii: "-") {
            isNegative = text[end] == UInt8(ascii: "-")
            end += 1
        }
        let start = end
        var value = 0
        while end < text.count {
            let digit = text[end] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = min(value * 10 + Int(digit), Self.maximumExponent)
            end += 1
        }
        guard end > start else {
            throw JSONError(end < text.count ? .invalidNumber : .unexpectedEnd, at: end)
        }
        return isNegative ? -value : value
    }

    /// Nil where it does not fit, or is not written as a whole number.
    var integer: Int? {
        guard isInteger, !isTruncated else { return nil }
        if isNegative {
            return mantissa <= UInt64(Int.max) + 1 ? Int(truncatingIfNeeded: 0 &- mantissa) : nil
        }
        return Int(exactly: mantissa)
    }

    /// Correctly rounded by one operation on exact operands (Clinger's fast path); nil where it takes more than that.
    var exactDouble: Double? {
        mantissa < 1 << 53 ? scaled : nil
    }

    /// Good for a `Float`: off by at most two units in the last place of the `Double` on the way, which is nothing to
    /// a number that was printed from a `Float` in the first place.
    var nearDouble: Double? { scaled }

    private var scaled: Double? {
        guard !isTruncated, abs(exponent) < Self.exactPowers.count else { return nil }
        let power = Self.exactPowers[abs(exponent)]
        let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        return isNegative ? -magnitude : magnitude
    }
}
