import Memory
import Templates
import Testing

@testable import Backfill

/// What one value of a column becomes in the metadata.
@Suite struct ValueTests {
    private func metadata(_ type: ColumnType, _ kind: CollectionField.Kind?, _ text: String) throws -> String {
        var encoder = RowEncoder(try SourceMapping.ofValue(type, as: kind))
        if let failure = encoder.encode(["1", text]) { throw failure }
        return encoder.texts.metadata
    }

    @Test(
        arguments: [
            (.boolean, nil, "t", "true"), (.boolean, nil, "f", "false"), (.boolean, .string, "t", "\"true\""),
            (.integer, nil, "0", "0"), (.integer, nil, "-9223372036854775808", "-9223372036854775808"),
            (.integer, .number, "42", "42"), (.integer, .string, "42", "\"42\""),
            (.numeric, nil, "0.50", "0.50"), (.numeric, nil, "-1", "-1"),
            (.numeric, nil, "123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
            (.numeric, .integer, "12.00", "12"), (.numeric, .integer, "-7", "-7"),
            (.numeric, .string, "NaN", "\"NaN\""),
            (.float, nil, "1e+20", "1e+20"), (.float, nil, "-0", "-0"), (.float, nil, "1.5e-07", "1.5e-07"),
            (.float, .integer, "3", "3"), (.float, .integer, "1e+06", "1000000"),
            (.float, .integer, "-1.5e+06", "-1500000"), (.float, .integer, "1e+18", "1000000000000000000"),
            (.float, .integer, "120e-1", "12"), (.float, .integer, "0e-3", "0"),
            (.text, nil, "a\"\\\n\u{1}é😀", #""a\"\\\n\u0001é😀""#), (.text, nil, "", "\"\""),
            (.text, .datetime, "2026-01-31T10:00:00+01:00", "\"2026-01-31T10:00:00+01:00\""),
            (.uuid, nil, "6f1c0d0e-1111-4222-8333-444444444444", "\"6f1c0d0e-1111-4222-8333-444444444444\""),
            (.date, nil, "2024-02-29", "\"2024-02-29\""), (.date, .string, "infinity", "\"infinity\""),
            (.timestamp(hasZone: true), nil, "2026-01-31 10:00:00.5+00", "\"2026-01-31T10:00:00.5Z\""),
            (.timestamp(hasZone: true), nil, "2026-01-31 10:00:00+05:30", "\"2026-01-31T10:00:00+05:30\""),
            (.timestamp(hasZone: true), nil, "2026-01-31 10:00:00-03", "\"2026-01-31T10:00:00-03:00\""),
            (.timestamp(hasZone: false), nil, "9999-12-31 23:59:59.999999", "\"9999-12-31T23:59:59.999999Z\""),
            (.timestamp(hasZone: false), .string, "0044-03-15 00:00:00 BC", "\"0044-03-15 00:00:00 BC\""),
            (.time, nil, "10:00:00", "\"10:00:00\""), (.interval, nil, "1 day 02:00:00", "\"1 day 02:00:00\""),
            (.bytea, nil, #"\x00ff"#, #""\\x00ff""#), (.enumeration, nil, "paid", "\"paid\""),
            (.other, nil, "(1,2)", "\"(1,2)\""),
            (.json, nil, #"{"a": [1, null]}"#, #"{"a": [1, null]}"#), (.json, nil, "null", "null"),
            (.json, .object, "{}", "{}"), (.json, .integer, "3", "3"),
            (.json, .datetime, "\"2026-01-31\"", "\"2026-01-31\""),
            (.json, .string, "\"a\"", "\"a\""), (.json, .string, "[1]", "\"[1]\""),
        ] as [(ColumnType, CollectionField.Kind?, String, String)]
    )
    func becomes(type: ColumnType, kind: CollectionField.Kind?, text: String, json: String) throws {
        #expect(try metadata(type, kind, text) == "{\"f\":\(json)}")
    }

    @Test(
        arguments: [
            (.integer, "{}", "[]"), (.integer, "{1,-2,NULL}", "[1,-2,null]"), (.integer, "[0:2]={7,8,9}", "[7,8,9]"),
            (.integer, "{{1,2},{3,4}}", "[[1,2],[3,4]]"), (.integer, "[0:0][-1:0]={{1,2}}", "[[1,2]]"),
            (.text, #"{a,"b c","NULL",NULL,"",null}"#, #"["a","b c","NULL",null,"","null"]"#),
            (.text, #"{"a \"b\"","\\","{x,y}","é"}"#, #"["a \"b\"","\\","{x,y}","é"]"#),
            (.boolean, "{t,f}", "[true,false]"), (.numeric, "{0.50,-1}", "[0.50,-1]"), (.float, "{1e+20}", "[1e+20]"),
            (.date, "{2026-01-31}", #"["2026-01-31"]"#),
            (.timestamp(hasZone: true), #"{"2026-01-31 10:00:00+00"}"#, #"["2026-01-31T10:00:00Z"]"#),
            (.json, #"{"{\"a\": 1}",null}"#, #"[{"a": 1},null]"#), (.bytea, #"{"\\x00"}"#, #"["\\x00"]"#),
            (.other, "{a}", #"["a"]"#),
        ] as [(ColumnType, String, String)]
    )
    func arrayBecomes(element: ColumnType, text: String, json: String) throws {
        #expect(try metadata(.array(of: element), nil, text) == "{\"f\":\(json)}")
    }

    @Test func arrayAsTextIsAList() throws {
        #expect(try metadata(.array(of: .boolean), .string, "{{t,NULL},{f,t}}") == #"{"f":"true, false, true"}"#)
    }

    @Test func nullIsLeftOut() throws {
        var encoder = RowEncoder(try SourceMapping.ofValue(.text))
        #expect(encoder.encode(["1", nil]) == nil)
        #expect(encoder.texts.metadata == "{}")
    }

    @Test(
        arguments: [
            (.numeric, nil, "NaN", .notFinite), (.numeric, nil, "-Infinity", .notFinite),
            (.float, nil, "Infinity", .notFinite),
            (.numeric, nil, "1" + String(repeating: "0", count: 309), .beyondDouble),
            (.float, nil, "1e+309", .beyondDouble),
            (.numeric, .integer, "0.5", .notWhole), (.float, .integer, "1.5e-07", .notWhole),
            (.float, .integer, "1.25e+01", .notWhole), (.float, .integer, "1e+20", .beyondInteger),
            (.float, .integer, "1e+300", .beyondInteger),
            (.numeric, .integer, "9223372036854775808", .beyondInteger),
            (.numeric, nil, "", .malformed("a number")), (.numeric, nil, "-", .malformed("a number")),
            (.numeric, nil, "01", .malformed("a number")), (.numeric, nil, "1.", .malformed("a number")),
            (.numeric, nil, "1e", .malformed("a number")), (.integer, nil, "1x", .malformed("a number")),
            (.boolean, nil, "true", .malformed("a boolean")),
            (.date, nil, "infinity", .infiniteTime), (.timestamp(hasZone: true), nil, "-infinity", .infiniteTime),
            (.date, nil, "0044-03-15 BC", .yearOutOfRange), (.date, nil, "10000-01-01", .yearOutOfRange),
            (.timestamp(hasZone: true), nil, "0044-03-15 00:00:00+00 BC", .yearOutOfRange),
            (.timestamp(hasZone: false), nil, "12026-01-31 10:00:00", .yearOutOfRange),
            (.date, nil, "2026-02-29", .malformed("an ISO date or time")),
            (.date, nil, "31/01/2026", .malformed("an ISO date or time")),
            (.timestamp(hasZone: true), nil, "2026-01-31 10:00:00+00:19:32", .malformed("an ISO date or time")),
            (.text, .datetime, "tomorrow", .noDateTime),
            (.json, .object, "[1]", .wrongKind("an array", wanted: "object")),
            (.json, .integer, "1.5", .notWhole), (.json, .datetime, "\"x\"", .noDateTime),
            (.json, nil, "1e999", .invalidJSON("the number is out of range at byte 0")),
            (.json, nil, "{", .invalidJSON("the JSON ends too early at byte 1")),
            (.json, nil, #""\ud800""#, .invalidJSON("half of a surrogate pair stands alone at byte 1")),
            (.json, nil, String(repeating: "[", count: 32) + String(repeating: "]", count: 32), .deepJSON),
            (.array(of: .float), nil, "{NaN}", .notFinite),
            (.array(of: .integer), nil, "{1,2", .malformed("an array")),
            (.array(of: .text), nil, "{{{{{{{1}}}}}}}", .deepArray),
        ] as [(ColumnType, CollectionField.Kind?, String, ValueFault)]
    )
    func refuses(type: ColumnType, kind: CollectionField.Kind?, text: String, fault: ValueFault) {
        #expect(throws: RowFailure(.invalidValue, "column value \(fault.reason)")) { try metadata(type, kind, text) }
    }

    @Test(
        arguments: [
            "", "{", "}", "{,}", "{1,}", "{1,,2}", "{1}}", "{1}x", "x{1}", "{a\"b}", "{a{b}}", #"{a\b}"#, "[0:1]",
            "[a]={1}",
            "{\"a", #"{"a\"#, "{{1}", "{1}{2}", "{\"a\"b}",
        ]
    )
    func refusesWhatIsNoArray(text: String) {
        #expect(throws: RowFailure(.invalidValue, "column value does not read as an array")) {
            try metadata(.array(of: .text), nil, text)
        }
    }
}
