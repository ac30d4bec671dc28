import JSON
import Testing

@Suite struct Base64FloatsTests {
    /// Against a plain encoder, for every remainder of three bytes.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 384, 1536])
    func decodesWhatWasEncoded(_ count: Int) {
        let floats = (0..<count).map { _ in Float(bitPattern: .random(in: .min ... .max)) }
        for padded in [true, false] {
            let text = ArraySlice(Array("==".utf8) + Self.encode(floats, padded: padded)).dropFirst(2)
            #expect(Base64Floats.count(in: text) == count)
            var values = [Float](repeating: 7, count: count + 2)
            #expect(Base64Floats.decode(text, into: &values, at: 1..<count + 1))
            #expect(values[1...count].map(\.bitPattern) == floats.map(\.bitPattern))
            #expect(values.first == 7 && values.last == 7)
        }
    }

    @Test func everyByteOutsideTheAlphabetIsRefusedAtEveryPlace() {
        let valid = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for place in 0..<22 {
            for byte in UInt8.min ... .max where byte != UInt8(ascii: "=") {
                var text = Self.encode([1, 2, 3, 4], padded: false)
                text[place] = byte
                var values = [Float](repeating: 0, count: 4)
                #expect(Base64Floats.decode(text[...], into: &values, at: 0..<4) == valid.contains(byte))
            }
        }
    }

    @Test(arguments: [("", 0), ("AAAAAA", 1), ("AAAAAA==", 1), ("AAAA", nil), ("AAAAA", nil), ("AAAAAAA=", nil)])
    func knowsTheCountByTheLength(_ text: String, _ count: Int?) {
        #expect(Base64Floats.count(in: ArraySlice(text.utf8)) == count)
    }

    private static func encode(_ floats: [Float], padded: Bool) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = floats.flatMap { float in (0..<4).map { UInt8(truncatingIfNeeded: float.bitPattern >> ($0 * 8)) } }
        var bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        while bits.count % 6 != 0 { bits.append(0) }
        var text = stride(from: 0, to: bits.count, by: 6).map { start in
            alphabet[Int(bits[start..<start + 6].reduce(0) { $0 << 1 | $1 })]
        }
        while padded, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return text
    }
}
