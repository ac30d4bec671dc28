import JSON
import Testing

@Suite struct FloatVectorTests {
    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1, "-1"), (2, "2"), (10, "1e1"), (0.5, "5e-1"), (-0.25, "-25e-2"),
            (123456, "123456"), (.leastNonzeroMagnitude, "14e-46"), (.greatestFiniteMagnitude, "340282347e30"),
            (0.1, "100000001e-9"),
        ] as [(Float, String)]
    )
    func writesMantissaAndExponent(_ value: Float, _ text: String) {
        #expect(Self.write([value]) == "[\(text)]")
    }

    /// Two readers: the standard library's, which is correctly rounded for `Float`, and the way over a `Double`.
    @Test func everyBitPatternReadsBack() throws {
        var generator = SystemRandomNumberGenerator()
        var values: [Float] = []
        for field in UInt32(0)..<255 {
            let edges: [UInt32] = [0, 1, 2, 0x3F_FFFF, 0x40_0000, 0x7F_FFFE, 0x7F_FFFF]
            let random = (0..<200).map { _ in UInt32.random(in: 0...0x7F_FFFF, using: &generator) }
            for mantissa in edges + random {
                values.append(Float(bitPattern: UInt32.random(in: 0...1) << 31 | field << 23 | mantissa))
            }
        }
        let json = Self.write(values[...])
        var scanner = JSONScanner(Array(json.utf8))
        try scanner.beginArray()
        for value in values {
            #expect(try scanner.nextElement())
            let range = try scanner.readNumber()
            let text = String(decoding: scanner.bytes[range], as: UTF8.self)
            let bits = value.bitPattern
            #expect(Float(text)?.bitPattern == bits, "\(value) written as \(text)")
            #expect((Double(text).map { Float($0) })?.bitPattern == bits, "\(value) written as \(text)")
            var number = JSONScanner(Array(text.utf8))
            #expect(try number.readFloat().bitPattern == bits, "\(value) written as \(text)")
            #expect(text.prefix { $0 != "e" }.count(where: \.isNumber) <= 9)
        }
        #expect(try !scanner.nextElement())
        try scanner.finish()
    }

    private static func write(_ values: ArraySlice<Float>) -> String {
        var writer = JSONWriter()
        writer.vector(values)
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
