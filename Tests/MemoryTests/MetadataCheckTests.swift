import JobQueue
import Testing

@testable import Memory

@Suite struct MetadataCheckTests {
    @Test(
        arguments: [
            ("{}", "", 0),
            (" { } ", "", 0),
            (#"{"a":1}"#, #""a":1"#, 1),
            ("\n{ \"a\" : [ 1 , {\"b\":null} ] , \"c\":\"}\" }\t", #" "a" : [ 1 , {"b":null} ] , "c":"}" "#, 2),
            (#"{"vendor":"SNCB","pages":3,"amount":12.5,"paid":false,"issued":"2026-01-31","tags":[1,"a"]}"#, nil, 6),
            (
                #"{"vendor":null,"pages":null,"amount":null,"paid":null,"issued":null,"address":null,"tags":null}"#,
                nil, 7
            ),
            (#"{"amount":100,"issued":"2026-01-31T12:00:00+01:00","address":{"city":7,"content":1}}"#, nil, 3),
            (#"{"pages":-0,"undeclared":1e300,"a.b":1,"Content":1,"memoir":1,"e\u0301":1}"#, nil, 6),
            (#"{"a":{"b":1,"b":2}}"#, nil, 1),
        ] as [(String, String?, Int)]
    )
    func accepts(json: String, members: String?, count: Int) throws {
        let metadata = try CheckedMetadata(("?" + json).field.dropFirst(), for: .invoices())
        #expect(metadata.count == count)
        let expected = members ?? String(json.dropFirst().dropLast())
        #expect(String(metadata.members) == expected)
    }

    @Test(arguments: [
        ("[1]", "metadata", "is an array; write a JSON object such as {\"vendor\": \"SNCB\"}"),
        ("\"{}\"", "metadata", "is a string; write a JSON object such as {\"vendor\": \"SNCB\"}"),
        ("null", "metadata", "is null; write a JSON object such as {\"vendor\": \"SNCB\"}"),
        ("true", "metadata", "is a boolean; write a JSON object such as {\"vendor\": \"SNCB\"}"),
        ("1", "metadata", "is a number; write a JSON object such as {\"vendor\": \"SNCB\"}"),
        (#"{"content":1}"#, "metadata.content", "is a key of the store's own; choose another name"),
        (#"{"a":1,"_memoir":{}}"#, "metadata._memoir", "is a key of the store's own; choose another name"),
        (#"{"\u005fmemoir":{}}"#, "metadata._memoir", "is a key of the store's own; choose another name"),
        (#"{"_memoir.tenant":"b"}"#, "metadata._memoir", "is a key of the store's own; choose another name"),
        (#"{"":1}"#, "metadata", "has an empty key; give every key a name"),
        (#"{"a":1,"b":2,"a":3}"#, "metadata.a", "comes twice; keep one"),
        (#"{"a":1,"\u0061":3}"#, "metadata.a", "comes twice; keep one"),
        (#"{"vendor":1}"#, "metadata.vendor", "is a number; the collection invoices declares a string"),
        (#"{"pages":"3"}"#, "metadata.pages", "is a string; the collection invoices declares an integer"),
        (
            #"{"pages":3.0}"#, "metadata.pages",
            "is a number with a fraction or an exponent; the collection invoices declares an integer"
        ),
        (#"{"amount":"12"}"#, "metadata.amount", "is a string; the collection invoices declares a number"),
        (#"{"\u0061mount":[]}"#, "metadata.amount", "is an array; the collection invoices declares a number"),
        (#"{"paid":0}"#, "metadata.paid", "is a number; the collection invoices declares a boolean"),
        (
            #"{"issued":1769860800}"#, "metadata.issued",
            "is a number; the collection invoices declares a datetime (an RFC 3339 string)"
        ),
        (
            #"{"issued":"31/01/2026"}"#, "metadata.issued",
            "is no RFC 3339 date or time; write 2026-01-31T12:00:00Z (with an offset) or 2026-01-31"
        ),
        (#"{"address":"x"}"#, "metadata.address", "is a string; the collection invoices declares an object"),
        (#"{"tags":{"a":1}}"#, "metadata.tags", "is an object; the collection invoices declares an array"),
    ])
    func refuses(json: String, field: String, reason: String) throws {
        let collection = try CollectionDefinition.invoices()
        #expect(throws: InvalidJob(field, reason)) { try CheckedMetadata(json.field, for: collection) }
    }

    /// What the store would refuse, and a whole batch with it.
    @Test(arguments: [
        "", " ", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1}}"#, #"{"a":1} {}"#, "{'a':1}", #"{"a":NaN}"#,
        #"{"a":01}"#, #"{"a":1e999}"#, #"{"a":[-1e400]}"#, #"{"a":"\ud800"}"#, #"{"a":"\x"}"#, "{\"a\":\"\n\"}",
    ])
    func refusesWhatIsNoJSON(json: String) throws {
        let collection = try CollectionDefinition.invoices()
        let error = #expect(throws: InvalidJob.self) { try CheckedMetadata(json.field, for: collection) }
        #expect(error?.field == "metadata")
        #expect(error?.reason.hasPrefix("is not valid JSON: ") == true)
    }

    @Test func refusesInvalidUTF8() throws {
        let collection = try CollectionDefinition.invoices()
        let json = Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
        #expect(throws: InvalidJob.self) { try CheckedMetadata(json[...], for: collection) }
    }

    @Test func boundsAreExact() throws {
        let collection = try CollectionDefinition.invoices()
        func check(_ json: String, _ limits: MetadataLimits) throws {
            _ = try CheckedMetadata(json.field, for: collection, limits: limits)
        }
        try check(#"{"a":1}"#, MetadataLimits(bytes: 7))
        #expect(throws: InvalidJob("metadata", "is 7 bytes long; at most 6 are allowed")) {
            try check(#"{"a":1}"#, MetadataLimits(bytes: 6))
        }
        try check(#"{"a":1,"b":2}"#, MetadataLimits(keys: 2))
        #expect(throws: InvalidJob("metadata", "has more than 2 keys; put some into a nested object")) {
            try check(#"{"a":1,"b":2,"c":3}"#, MetadataLimits(keys: 2))
        }
        try check(#"{"a":[{"b":1}]}"#, MetadataLimits(depth: 3))
        #expect(throws: InvalidJob("metadata", "is nested deeper than 3 levels")) {
            try check(#"{"a":[{"b":[]}]}"#, MetadataLimits(depth: 3))
        }
        try check(#"{"a":[[1]],"b":[[2]],"c":[[3],[4]]}"#, MetadataLimits(depth: 3))
    }

    @Test func defaultsHoldTheirPromise() throws {
        let collection = try CollectionDefinition.invoices()
        let nested = { (levels: Int) in
            "{\"a\":" + String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1) + "}"
        }
        #expect(throws: Never.self) { try CheckedMetadata(nested(32).field, for: collection) }
        #expect(throws: InvalidJob.self) { try CheckedMetadata(nested(33).field, for: collection) }
        let wide = { (keys: Int) in "{" + (0..<keys).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}" }
        #expect(throws: Never.self) { try CheckedMetadata(wide(256).field, for: collection) }
        #expect(throws: InvalidJob.self) { try CheckedMetadata(wide(257).field, for: collection) }
    }
}
