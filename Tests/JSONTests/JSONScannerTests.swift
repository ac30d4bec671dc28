import JSON
import Testing

@Suite struct JSONScannerTests {
    @Test(arguments: [
        "{}", "[]", "null", "true", "false", "0", "-0", "1e5", "1E+05", "0.5e-3", "\"\"", " [ 1 , 2 ] \n", "[[],{}]",
        #"{"a":{"b":[1,{"c":null}]},"a":2}"#, #""\u00e9\uD83D\uDE00\/\b\f\n\r\t\"\\""#, "\"é中😀\u{7f}\u{10FFFF}\"",
        "[-1.5e300,9223372036854775807]", String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
        #"{"":0,"\u0000":1}"#, "123456789012345678901234567890",
    ])
    func accepts(_ text: String) throws {
        let bytes = Array(text.utf8)
        var scanner = JSONScanner(bytes)
        let range = try scanner.skipValue()
        try scanner.finish()
        #expect(String(decoding: bytes[range], as: UTF8.self) == text.trimmingSpace)
        #expect(throws: Never.self) { try JSONValue(parsing: bytes) }
    }

    @Test(arguments: [
        ("", JSONError.Reason.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[", .unexpectedEnd, 1),
        ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 4),
        ("\"abc", .unexpectedEnd, 4), ("\"\\", .unexpectedEnd, 2), ("tru", .unexpectedEnd, 3), ("-", .unexpectedEnd, 1),
        ("1.", .unexpectedEnd, 2), ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3), ("1 2", .trailingBytes, 2),
        ("{}x", .trailingBytes, 2), ("nullx", .trailingBytes, 4), ("01", .invalidNumber, 0),
        ("-01", .invalidNumber, 1), ("1.e5", .invalidNumber, 2), ("1ea", .invalidNumber, 2), ("-a", .invalidNumber, 1),
        ("+1", .unexpected(UInt8(ascii: "+"), wanted: "a value"), 0),
        (".5", .unexpected(UInt8(ascii: "."), wanted: "a value"), 0),
        ("NaN", .unexpected(UInt8(ascii: "N"), wanted: "a value"), 0),
        ("[1,]", .unexpected(UInt8(ascii: "]"), wanted: "a value"), 3),
        ("[,1]", .unexpected(UInt8(ascii: ","), wanted: "a value"), 1),
        ("[1 2]", .unexpected(UInt8(ascii: "2"), wanted: "',' or ']'"), 3),
        ("[1}", .unexpected(UInt8(ascii: "}"), wanted: "',' or ']'"), 2),
        ("{\"a\":1]", .unexpected(UInt8(ascii: "]"), wanted: "',' or '}'"), 6),
        ("{a:1}", .unexpected(UInt8(ascii: "a"), wanted: "a name in quotes"), 1),
        ("{\"a\":1,}", .unexpected(UInt8(ascii: "}"), wanted: "a name in quotes"), 7),
        ("{\"a\" 1}", .unexpected(UInt8(ascii: "1"), wanted: "':'"), 5),
        ("trie", .unexpected(UInt8(ascii: "i"), wanted: "'true'"), 2),
        ("\"a\nb\"", .controlCharacterInString, 2), ("\"\u{0}\"", .controlCharacterInString, 1),
        ("\"12345678\u{1f}\"", .controlCharacterInString, 9), ("\"\\x\"", .invalidEscape, 1),
        ("\"\\u12g4\"", .invalidEscape, 5), ("\"\\uD800\"", .loneSurrogate, 1), ("\"\\uDC00\"", .loneSurrogate, 1),
        ("\"\\uD800\\uD800\"", .loneSurrogate, 1), ("\"\\uD800\\n\"", .loneSurrogate, 1),
        (String(repeating: "[", count: 65), .tooDeep, 64),
    ])
    func refuses(_ text: String, _ reason: JSONError.Reason, _ offset: Int) {
        let expected = JSONError(reason, at: offset)
        // Behind other bytes: offsets count from where the document starts.
        let padded = Array("###".utf8) + Array(text.utf8)
        #expect(throws: expected) {
            var scanner = JSONScanner(padded[3...])
            try scanner.skipValue()
            try scanner.finish()
        }
        #expect(throws: expected) { try JSONValue(parsing: padded[3...]) }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xE2, 0x82], [0xE2, 0x82, 0x28], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func refusesInvalidUTF8(_ sequence: [UInt8]) {
        #expect(throws: JSONError(.invalidUTF8, at: 3)) {
            try JSONValue(parsing: Array("\"ab".utf8) + sequence + Array("cdefghijkl\"".utf8))
        }
    }

    @Test func pullsMembersAndElements() throws {
        let text = #"xx {"index" : 3, "skipped": {"a":[1]}, "\u0066lag":true, "list":[1, "b\n", null], "f":-2.5} "#
        let bytes = Array(text.utf8)
        var scanner = JSONScanner(bytes[2...])
        var names: [String] = []
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            names.append(name.string)
            if name == "index" {
                #expect(try scanner.readInteger() == 3)
            } else if name == "flag" {
                #expect(try scanner.readBool())
            } else if name == "list" {
                try scanner.beginArray()
                #expect(try scanner.nextElement())
                #expect(try scanner.readDouble() == 1)
                #expect(try scanner.nextElement())
                #expect(try !scanner.readNull())
                let text = try scanner.readString()
                #expect(text.hasEscapes && Array(text.raw) == Array("b\\n".utf8) && text.string == "b\n")
                #expect(try scanner.nextElement())
                #expect(try scanner.readNull())
                #expect(try !scanner.nextElement())
            } else if name == "f" {
                #expect(try bytes[scanner.readNumber()].elementsEqual("-2.5".utf8))
            } else {
                #expect(try bytes[scanner.skipValue()].elementsEqual(#"{"a":[1]}"#.utf8))
            }
        }
        try scanner.finish()
        #expect(names == ["index", "skipped", "flag", "list", "f"])
    }

    @Test(
        arguments: [
            (#""ab""#, true), (#""\u0061b""#, true), (#""\u0061\u0062""#, true), (#""a""#, false), (#""abc""#, false),
            (#""\u0061\u0062\u0063""#, false), (#""\n""#, false), (#""""#, false),
            ("\"" + String(repeating: #"\n"#, count: 1_000) + "\"", false),
        ]
    )
    func stringsAreTheSameHoweverTheyAreWritten(_ text: String, _ isSame: Bool) throws {
        var scanner = JSONScanner(Array(text.utf8))
        #expect((try scanner.readString() == "ab") == isSame)
    }

    @Test func countsTheDepthOfWhatItPulled() throws {
        let text = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        var scanner = JSONScanner(Array(text.utf8))
        for _ in 0..<32 {
            try scanner.beginArray()
            _ = try scanner.nextElement()
        }
        #expect(throws: JSONError(.tooDeep, at: 64)) { try scanner.skipValue() }
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("18446744073709551616", nil), ("1.0", nil),
            ("1e2", nil),
        ] as [(String, Int?)]
    )
    func readsIntegers(_ text: String, _ value: Int?) {
        var scanner = JSONScanner(Array(text.utf8))
        let read: Int? = try? scanner.readInteger()
        #expect(read == value)
    }

    @Test(arguments: [
        "0", "-0.0", "0.1", "1e22", "1e23", "9007199254740993", "123456789012345678901234567890", "5e-324",
        "2.2250738585072011e-308", "1.7976931348623157e308", "0.006929283495992422", "1e-400", "-1.5E+10",
        "0.000000000000000000000000000000000001", "100000000000000000000000000000000000000000000000",
    ])
    func readsDoublesExactly(_ text: String) throws {
        var scanner = JSONScanner(Array(text.utf8))
        let value = try scanner.readDouble()
        let expected = try #require(Double(text))
        #expect(value.bitPattern == expected.bitPattern)
    }

    @Test func refusesNumbersOutOfRange() {
        #expect(throws: JSONError(.numberOutOfRange, at: 0)) {
            var scanner = JSONScanner(Array("1e309".utf8))
            _ = try scanner.readDouble()
        }
        #expect(throws: JSONError(.numberOutOfRange, at: 0)) {
            var scanner = JSONScanner(Array("1e39".utf8))
            _ = try scanner.readFloat()
        }
    }

    @Test func wrongKindsAreNamed() {
        #expect(throws: JSONError(.unexpected(UInt8(ascii: "\""), wanted: "a number"), at: 1)) {
            var scanner = JSONScanner(Array(" \"1\"".utf8))
            _ = try scanner.readInteger()
        }
        let error = JSONError(.unexpected(UInt8(ascii: "["), wanted: "an object"), at: 0)
        #expect(error.description == "found '[' where an object was expected at byte 0")
    }
}

extension String {
    fileprivate var trimmingSpace: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\n" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
