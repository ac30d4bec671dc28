import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test func putsCommasWhereTheyBelong() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("empty")
        writer.beginArray()
        writer.endArray()
        writer.name("list")
        writer.beginArray()
        writer.integer(-12)
        writer.unsigned(.max)
        writer.beginObject()
        writer.endObject()
        try writer.double(0.1)
        writer.bool(false)
        writer.null()
        writer.raw(Array("[1]".utf8))
        writer.vector([0.5, 2][...])
        writer.vector([])
        writer.endArray()
        writer.name("a\"b")
        writer.integer(.min)
        writer.endObject()
        let text = String(decoding: writer.finish(), as: UTF8.self)
        #expect(
            text == #"{"empty":[],"list":[-12,18446744073709551615,{},0.1,false,null,[1],[5e-1,2],[]],"#
                + #""a\"b":-9223372036854775808}"#
        )
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("a\"b\\c", #""a\"b\\c""#), ("\u{8}\t\n\u{c}\r", #""\b\t\n\f\r""#),
        ("\u{0}\u{1f}\u{7f}", "\"\\u0000\\u001f\u{7f}\""), ("é中😀/", #""é中😀/""#),
        ("0123456701234567\n01234567", #""0123456701234567\n01234567""#), ("1234567\"", #""1234567\"""#),
    ])
    func escapesStrings(_ text: String, _ json: String) {
        var fromString = JSONWriter()
        fromString.string(text)
        #expect(String(decoding: fromString.bytes, as: UTF8.self) == json)
        var fromBytes = JSONWriter()
        fromBytes.string(ArraySlice(Array("##".utf8) + Array(text.utf8)).dropFirst(2))
        #expect(fromBytes.bytes == fromString.bytes)
    }

    /// Every byte at every place of a word, among neighbours that could confuse the arithmetic.
    @Test func findsEveryByteThatNeedsEscaping() throws {
        for byte in UInt8(0)...0x7f {
            for place in 0..<17 {
                for filler in [UInt8(ascii: "a"), 0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f] {
                    var text = [UInt8](repeating: filler, count: 17)
                    text[place] = byte
                    var writer = JSONWriter()
                    writer.string(text[...])
                    var scanner = JSONScanner(writer.bytes)
                    let read = try scanner.readString()
                    #expect(read.bytes.elementsEqual(text))
                    let mustEscape = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                    #expect(read.hasEscapes == mustEscape)
                }
            }
        }
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func refusesWhatIsNotFinite(_ value: Double) {
        #expect(throws: JSONError(.notFinite, at: 0)) {
            var writer = JSONWriter()
            try writer.double(value)
        }
    }

    @Test(arguments: [0, -0.0, 1, -1, 0.1, 1e-7, 1e22, 1.5e300, .leastNonzeroMagnitude, 123456.789])
    func doublesReadBack(_ value: Double) throws {
        var writer = JSONWriter()
        try writer.double(value)
        var scanner = JSONScanner(writer.bytes)
        #expect(try scanner.readDouble().bitPattern == value.bitPattern)
        try scanner.finish()
    }
}
