import JobQueue
import Testing

@testable import Memory

/// Filters that are in the store's own form already.
@Suite struct QdrantFilterTests {
    private func translate(_ filters: String, _ limits: FilterLimits = FilterLimits()) throws -> ScopedFilter {
        try ScopedFilter(tenant: nil, filters: filters.field, in: .invoices(), limits: limits)
    }

    @Test(arguments: [
        #"{"must":[{"key":"a","match":{"value":1}}]}"#,
        #"{"must":{"key":"a","match":{"value":1}}}"#,
        #"{"should":[{"is_empty":{"key":"a"}},{"has_id":[1]}],"must_not":[{"is_null":{"key":"b"}}]}"#,
        #"{"min_should":{"conditions":[{"key":"a","match":{"any":[1]}}],"min_count":1}}"#,
        #"{"must":[{"nested":{"key":"lines","filter":{"must":[{"key":"sku","match":{"value":"x"}}]}}}]}"#,
        #"{"must":[{"should":[{"key":"_memoir.created_at","range":{"gte":"2026-01-01"}}]}]}"#,
        #"{"must":[{"key":"a","geo_radius":{"center":{"lon":1,"lat":2},"radius":3}}]}"#,
        #"{ "must" : [ { "has_vector" : "" } ] }"#,
    ])
    func passesOnWhatQdrantReads(filters: String) throws {
        let filter = try translate(filters)
        #expect(String(filter.bytes) == #"{"must":[{"is_empty":{"key":"_memoir.tenant"}},"# + filters + "]}")
        #expect(!filter.isWholeTenant)
    }

    @Test(arguments: [
        #"{"must":[]}"#, #"{"must":[],"should":[]}"#, #"{"must":[{"must":[]}]}"#, #"{"must":[{}]}"#,
        #"{"min_should":{"conditions":[],"min_count":0}}"#,
    ])
    func knowsThatNothingIsSelected(filters: String) throws {
        #expect(try translate(filters).isWholeTenant)
    }

    @Test(arguments: [
        #"{"must":[{"key":"_memoir.tenant","match":{"value":"b"}}]}"#,
        #"{"must_not":[{"key":"_memoir.tenant","match":{"value":"a"}}]}"#,
        #"{"should":[{"is_empty":{"key":"_memoir.tenant"}}]}"#,
        #"{"must":{"is_null":{"key":"_memoir.tenant"}}}"#,
        #"{"must":[{"key":"\u005fmemoir.tenant","match":{"value":"b"}}]}"#,
        #"{"must":[{"\u006bey":"_memoir.tenant","match":{"value":"b"}}]}"#,
        #"{"must":[{"key":"\"_memoir\".tenant","match":{"value":"b"}}]}"#,
        #"{"must":[{"key":"_memoir.\"tenant\"","match":{"value":"b"}}]}"#,
        #"{"must":[{"key":"_memoir[].tenant","match":{"value":"b"}}]}"#,
        #"{"must":[{"key":"_memoir[0].tenant","match":{"value":"b"}}]}"#,
        #"{"must":[{"key":"_memoir","values_count":{"gt":0}}]}"#,
        #"{"must":[{"key":"_memoir.content_hash","match":{"value":"b"}}]}"#,
        #"{"must":[{"nested":{"key":"_memoir","filter":{"must":[{"key":"tenant","match":{"value":"b"}}]}}}]}"#,
        #"{"min_should":{"conditions":[{"key":"_memoir.tenant","match":{"value":"b"}}],"min_count":0}}"#,
        #"{"must":[{"must":[{"should":{"key":"_memoir.tenant","match":{"value":"b"}}}]}]}"#,
        #"{"_memoir.tenant":"b"}"#, #"{"_memoir":null}"#, #"{"\"_memoir\".tenant":{"not":"b"}}"#,
        #"{"_memoir.created_at.x":1}"#,
    ])
    func bookkeepingIsNotTheCallersToAskAbout(filters: String) {
        let error = #expect(throws: InvalidJob.self) { try translate(filters) }
        #expect(error?.reason == "is not open to filters; of _memoir only created_at, updated_at, source and key are")
    }

    @Test(arguments: [
        (#"{"must":[{"key":"a","match":{"value":1}}],"vendor":"x"}"#, "filters.must"),
        (#"{"vendor":"x","should":[{"key":"a","match":{"value":1}}]}"#, "filters.should"),
        (#"{"must":[],"must_not":["x"]}"#, "filters.must"),
    ])
    func formsDoNotMix(filters: String, field: String) {
        let reason = "is a clause of a Qdrant filter beside plain fields; write all of the filter in one form"
        #expect(throws: InvalidJob(field, reason)) { try translate(filters) }
    }

    @Test func boundsAreExact() throws {
        let flat = { (count: Int) in
            "{\"must\":["
                + [String](repeating: #"{"key":"a","match":{"value":1}}"#, count: count).joined(separator: ",")
                + "]}"
        }
        #expect(throws: Never.self) { try translate(flat(256)) }
        #expect(throws: InvalidJob("filters", "has more than 256 conditions; split the job or use fewer values")) {
            try translate(flat(257))
        }
        let deep = { (levels: Int) in
            String(repeating: #"{"must":["#, count: levels) + #"{"has_id":[]}"# + String(repeating: "]}", count: levels)
        }
        #expect(throws: Never.self) { try translate(deep(7)) }
        #expect(throws: InvalidJob("filters", "is nested deeper than 16 levels")) { try translate(deep(8)) }
    }
}

@Suite struct PayloadPathTests {
    @Test(arguments: [
        ("a", "a"), ("a.b-c.d_1", "a"), ("a[].b", "a"), ("a[3]", "a"), ("a[][0].b", "a"), ("\"a b\"", "a b"),
        ("\"a.b\".\"c[d\"", "a.b"), ("\"é\"[].x", "é"), ("0", "0"), ("é", "é"), ("prix_été-1.日本", "prix_été-1"),
    ])
    func reads(text: String, first: String) throws {
        #expect(String(try #require(PayloadPath(text.field)).first) == first)
    }

    @Test(arguments: [
        "", ".", "a.", ".a", "a..b", "a b", "a😀", "e\u{301}", "a\u{A0}b", "a[", "a]", "a[x]", "a[0", "[0]", "\"a",
        "a\"", "\"\"", "\"a\"b",
        "\"a\\\"b\"", "a[]b", "$.a", "a/b", "a.[0]",
    ])
    func refuses(text: String) {
        #expect(PayloadPath(text.field) == nil)
        #expect(PayloadPath.fault(text.field) != nil)
    }
}
