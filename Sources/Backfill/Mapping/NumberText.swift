/// Numbers as the database writes them, checked against the grammar of JSON (RFC 8259, section 6) and the range of a
/// double.
enum NumberText {
    /// With fewer digits before the point than this, no look at the value is needed.
    private static let safeMagnitude = 300

    /// Copies the digits as they are.
    static func appendNumber(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) throws(ValueFault) {
        let shape = try shape(of: text)
        try checkRange(text, shape)
        output.append(contentsOf: text)
    }

    /// Copies the digits without a fraction that is nothing but zeros. What is written with an exponent, as large floats
    /// are, is written out.
    static func appendInteger(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) throws(ValueFault) {
        let shape = try shape(of: text)
        guard shape.end == text.count else {
            let value = try integer(text, shape)
            return output.append(contentsOf: "\(value)".utf8)
        }
        for at in shape.integerEnd..<text.count where at > shape.integerEnd && text[at] != UInt8(ascii: "0") {
            throw .notWhole
        }
        let digits = UnsafeRawBufferPointer(rebasing: text[..<shape.integerEnd])
        guard digits.count <= 18 || fitsInteger(digits) else { throw .beyondInteger }
        output.append(contentsOf: digits)
    }

    /// Of a text with an exponent: the point is moved so many places to the right, or to the left.
    private static func integer(_ text: UnsafeRawBufferPointer, _ shape: Shape) throws(ValueFault) -> Int {
        let fraction = text[shape.integerEnd..<shape.end].dropFirst()
        let right = shape.exponent - fraction.count
        let left = max(0, -right)
        var digits = Array(text[(shape.integerEnd - shape.integerDigits)..<shape.integerEnd]) + fraction
        guard digits.suffix(left).allSatisfy({ $0 == UInt8(ascii: "0") }) else { throw .notWhole }
        guard right <= 18 else { throw .beyondInteger }
        digits = digits.dropLast(left) + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, right))
        guard let value = Int("0" + String(decoding: digits, as: UTF8.self)) else { throw .beyondInteger }
        return text.first == UInt8(ascii: "-") ? -value : value
    }

    private struct Shape {
        /// Past the digits before the point.
        var integerEnd: Int
        /// Past the fraction: of the whole text where there is no exponent.
        var end: Int
        var integerDigits: Int
        var exponent = 0
    }

    private static func shape(of text: UnsafeRawBufferPointer) throws(ValueFault) -> Shape {
        let start = text.first == UInt8(ascii: "-") ? 1 : 0
        let integerEnd = endOfDigits(text, from: start)
        guard integerEnd > start else {
            let isWord = start < text.count && (text[start] == UInt8(ascii: "N") || text[start] == UInt8(ascii: "I"))
            throw isWord ? .notFinite : .malformed("a number")
        }
        if text[start] == UInt8(ascii: "0"), integerEnd > start + 1 { throw .malformed("a number") }
        var shape = Shape(integerEnd: integerEnd, end: integerEnd, integerDigits: integerEnd - start)
        if integerEnd < text.count, text[integerEnd] == UInt8(ascii: ".") {
            shape.end = endOfDigits(text, from: integerEnd + 1)
            guard shape.end > integerEnd + 1 else { throw .malformed("a number") }
        }
        if shape.end < text.count { shape.exponent = try exponent(text, from: shape.end) }
        return shape
    }

    /// `e` and what follows, which must be the rest of the text.
    private static func exponent(_ text: UnsafeRawBufferPointer, from start: Int) throws(ValueFault) -> Int {
        guard text[start] | 0x20 == UInt8(ascii: "e") else { throw .malformed("a number") }
        var at = start + 1
        var isNegative = false
        if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") {
            isNegative = text[at] == UInt8(ascii: "-")
            at += 1
        }
        let end = endOfDigits(text, from: at)
        guard end > at, end == text.count else { throw .malformed("a number") }
        var value = 0
        for digit in text[at..<end] { value = min(value * 10 + Int(digit - UInt8(ascii: "0")), 100_000) }
        return isNegative ? -value : value
    }

    private static func endOfDigits(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var at = start
        while at < text.count, text[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        return at
    }

    private static func checkRange(_ text: UnsafeRawBufferPointer, _ shape: Shape) throws(ValueFault) {
        let magnitude = shape.integerDigits + shape.exponent
        guard magnitude > safeMagnitude || magnitude < -safeMagnitude || text.count > safeMagnitude else { return }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { throw .beyondDouble }
    }

    private static func fitsInteger(_ digits: UnsafeRawBufferPointer) -> Bool {
        Int(String(decoding: digits, as: UTF8.self)) != nil
    }
}
