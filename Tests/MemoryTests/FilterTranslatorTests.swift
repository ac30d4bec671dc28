import JSON
import JobQueue
import Testing

@testable import Memory

@Suite struct FilterTranslatorTests {
    private static let tenant = #"{"key":"_memoir.tenant","match":{"value":"acme"}}"#

    private func translate(_ filters: String, _ limits: FilterLimits = FilterLimits()) throws -> ScopedFilter {
        try ScopedFilter(
            tenant: "acme".field,
            filters: ("?" + filters).field.dropFirst(),
            in: .invoices(),
            limits: limits
        )
    }

    @Test(arguments: [
        // Fields that are not declared.
        (#"{"a":"x"}"#, #"{"key":"a","match":{"value":"x"}}"#),
        (#"{"a":"\"]}\u0041"}"#, #"{"key":"a","match":{"value":"\"]}\u0041"}}"#),
        (#"{"a":true}"#, #"{"key":"a","match":{"value":true}}"#),
        (#"{"a":42}"#, #"{"key":"a","match":{"value":42}}"#),
        (#"{"a":-0}"#, #"{"key":"a","match":{"value":0}}"#),
        (#"{"a":9223372036854775807}"#, #"{"key":"a","match":{"value":9223372036854775807}}"#),
        (#"{"a":-9223372036854775808}"#, #"{"key":"a","match":{"value":-9223372036854775808}}"#),
        (#"{"a":1.50}"#, #"{"key":"a","range":{"gte":1.50,"lte":1.50}}"#),
        (#"{"a":1e2}"#, #"{"key":"a","range":{"gte":1e2,"lte":1e2}}"#),
        (#"{"a":null}"#, #"{"is_null":{"key":"a"}}"#),
        (#"{"a":["x","y"]}"#, #"{"key":"a","match":{"any":["x","y"]}}"#),
        (#"{"a":[1,-0]}"#, #"{"key":"a","match":{"any":[1,0]}}"#),
        (
            #"{"a":["x",1]}"#,
            #"{"should":[{"key":"a","match":{"value":"x"}},{"key":"a","match":{"value":1}}]}"#
        ),
        (
            #"{"a":[1,1.5,null,false]}"#,
            #"{"should":[{"key":"a","match":{"value":1}},{"key":"a","range":{"gte":1.5,"lte":1.5}},"#
                + #"{"is_null":{"key":"a"}},{"key":"a","match":{"value":false}}]}"#
        ),
        (#"{"a":{"gt":1,"lte":2.5}}"#, #"{"key":"a","range":{"gt":1,"lte":2.5}}"#),
        (
            #"{"a":{"lt":"2026-02-01","gte":"2026-01-01T00:00:00Z"}}"#,
            #"{"key":"a","range":{"gte":"2026-01-01T00:00:00Z","lt":"2026-02-01"}}"#
        ),
        (#"{"a":{"not":"x"}}"#, #"{"must_not":[{"key":"a","match":{"value":"x"}}]}"#),
        (#"{"a":{"not":null}}"#, #"{"must_not":[{"is_null":{"key":"a"}}]}"#),
        (#"{"a":{"not":[1,2]}}"#, #"{"must_not":[{"key":"a","match":{"any":[1,2]}}]}"#),
        (
            #"{"a":{"not":[1,"x"]}}"#,
            #"{"must_not":[{"should":[{"key":"a","match":{"value":1}},{"key":"a","match":{"value":"x"}}]}]}"#
        ),
        // Declared ones.
        (#"{"amount":100}"#, #"{"key":"amount","range":{"gte":100,"lte":100}}"#),
        (
            #"{"amount":[1,2]}"#,
            #"{"should":[{"key":"amount","range":{"gte":1,"lte":1}},{"key":"amount","range":{"gte":2,"lte":2}}]}"#
        ),
        (#"{"pages":3}"#, #"{"key":"pages","match":{"value":3}}"#),
        (#"{"pages":3.0}"#, #"{"key":"pages","range":{"gte":3.0,"lte":3.0}}"#),
        (#"{"issued":"2026-01-31"}"#, #"{"key":"issued","range":{"gte":"2026-01-31","lte":"2026-01-31"}}"#),
        (
            #"{"issued":{"not":"2026-01-31"}}"#,
            #"{"must_not":[{"key":"issued","range":{"gte":"2026-01-31","lte":"2026-01-31"}}]}"#
        ),
        (
            #"{"tags":["a",1]}"#,
            #"{"should":[{"key":"tags","match":{"value":"a"}},{"key":"tags","match":{"value":1}}]}"#
        ),
        (#"{"vendor":null}"#, #"{"is_null":{"key":"vendor"}}"#),
        (#"{"address":null}"#, #"{"is_null":{"key":"address"}}"#),
        // Paths.
        (#"{"address.city":"Gent"}"#, #"{"key":"address.city","match":{"value":"Gent"}}"#),
        (#"{"lines[].sku":"x"}"#, #"{"key":"lines[].sku","match":{"value":"x"}}"#),
        (#"{"\"vendor name\".id":1}"#, #"{"key":"\"vendor name\".id","match":{"value":1}}"#),
        (#"{"_memoir.source":"mail"}"#, #"{"key":"_memoir.source","match":{"value":"mail"}}"#),
        (#"{"content":"x"}"#, #"{"key":"content","match":{"value":"x"}}"#),
        (#"{ "a" : 1 , "b" : 2 }"#, #"{"key":"a","match":{"value":1}},{"key":"b","match":{"value":2}}"#),
        // Names of clauses that are payload fields here.
        (#"{"must":"x"}"#, #"{"key":"must","match":{"value":"x"}}"#),
        (#"{"should":["x"],"a":1}"#, #"{"key":"should","match":{"any":["x"]}},{"key":"a","match":{"value":1}}"#),
        (#"{"must_not":{"gt":1}}"#, #"{"key":"must_not","range":{"gt":1}}"#),
        (#"{"min_should":{"not":1}}"#, #"{"must_not":[{"key":"min_should","match":{"value":1}}]}"#),
    ])
    func translatesTheSimpleForm(filters: String, conditions: String) throws {
        let filter = try translate(filters)
        #expect(String(filter.bytes) == "{\"must\":[\(Self.tenant),{\"must\":[\(conditions)]}]}")
        #expect(!filter.isWholeTenant)
    }

    @Test(arguments: ["{}", " { } "])
    func nothingToSelectByIsTheWholeTenant(filters: String) throws {
        let filter = try translate(filters)
        #expect(String(filter.bytes) == "{\"must\":[\(Self.tenant)]}")
        #expect(filter.isWholeTenant)
    }

    @Test(arguments: [
        ("[]", "filters", "is an array; write a JSON object such as {\"vendor\": \"SNCB\"}"),
        ("\"a\"", "filters", "is a string; write a JSON object such as {\"vendor\": \"SNCB\"}"),
        (#"{"a":[]}"#, "filters.a", "is empty; name at least one value"),
        (#"{"a":{"not":[]}}"#, "filters.a.not", "is empty; name at least one value"),
        (#"{"a":[1,[2]]}"#, "filters.a[1]", "is an array; write a string, a number, a boolean or null"),
        (#"{"a":[{}]}"#, "filters.a[0]", "is an object; write a string, a number, a boolean or null"),
        (#"{"a":{"not":{}}}"#, "filters.a.not", "is an object; write a string, a number, a boolean or null"),
        (
            #"{"a":{}}"#, "filters.a",
            "is an empty object; write a range such as {\"gte\": 10} or {\"not\": \"a value\"}"
        ),
        (
            #"{"vendor":{"name":"x"}}"#, "filters.vendor.name",
            "is none of gt, gte, lt, lte and not; a field inside an object is reached with a dot, as in vendor.name"
        ),
        (
            #"{"a":{"gt":1,"not":2}}"#, "filters.a.not",
            "stands beside a range; give one or the other"
        ),
        (
            #"{"a":{"not":2,"gt":1}}"#, "filters.a.not",
            "stands beside something else; give one or the other"
        ),
        (#"{"a":{"gt":1,"gt":2}}"#, "filters.a.gt", "comes twice; keep one"),
        (#"{"a":{"gt":true}}"#, "filters.a.gt", "is a boolean; write a number or an RFC 3339 date or time"),
        (#"{"a":{"gt":null}}"#, "filters.a.gt", "is null; write a number or an RFC 3339 date or time"),
        (
            #"{"a":{"gt":"x"}}"#, "filters.a.gt",
            "is no RFC 3339 date or time; write 2026-01-31T12:00:00Z (with an offset) or 2026-01-31"
        ),
        (#"{"a":{"gt":1,"lt":"2026-01-31"}}"#, "filters.a.lt", "is a string beside a number; give all bounds alike"),
        (#"{"a":{"gt":"2026-01-31","lt":1}}"#, "filters.a.lt", "is a number beside a string; give all bounds alike"),
        (
            #"{"a":9223372036854775808}"#, "filters.a",
            "does not fit the 64 bits of a whole number; give a range of numbers instead"
        ),
        (#"{"vendor":1}"#, "filters.vendor", "is a number; the collection invoices declares a string"),
        (#"{"vendor":{"gt":1}}"#, "filters.vendor.gt", "is a number; the collection invoices declares a string"),
        (#"{"amount":"1"}"#, "filters.amount", "is a string; the collection invoices declares a number"),
        (#"{"amount":["1"]}"#, "filters.amount[0]", "is a string; the collection invoices declares a number"),
        (#"{"paid":{"not":"no"}}"#, "filters.paid.not", "is a string; the collection invoices declares a boolean"),
        (
            #"{"amount":{"gt":"2026-01-31"}}"#, "filters.amount.gt",
            "is a string; the collection invoices declares a number"
        ),
        (
            #"{"address":"x"}"#, "filters.address",
            "is declared an object by the collection invoices; filter on a field inside it, as in address.name"
        ),
        (#"{"address.city":1}"#, "filters.address.city", "is a number; the collection invoices declares a string"),
    ])
    func refuses(filters: String, field: String, reason: String) {
        #expect(throws: InvalidJob(field, reason)) { try translate(filters) }
    }

    @Test(arguments: [
        "", "{", #"{"a":1"#, #"{"a":1}}"#, #"{"a":1},{"b":2}"#, #"{"a":1}]}"#, #"{"a":"x}"#, #"{"a":1e999}"#,
        #"{"a":1,}"#, #"{"must":[{"key":"a"}]}]}"#, #"{"must":[{"key":"a"}]} {}"#, #"{"must":[{"key":"a"}"#,
    ])
    func refusesWhatIsNoJSON(filters: String) {
        let error = #expect(throws: InvalidJob.self) { try translate(filters) }
        #expect(error?.field == "filters")
        #expect(error?.reason.hasPrefix("is not valid JSON: ") == true)
    }

    @Test func boundsAreExact() throws {
        let object = { (count: Int) in "{" + (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}" }
        let alternatives = { (count: Int) in "{\"a\":[" + String(repeating: "true,", count: count - 1) + "true]}" }
        let tooMany = InvalidJob("filters", "has more than 256 conditions; split the job or use fewer values")
        for filters in [object, alternatives] {
            #expect(throws: Never.self) { try translate(filters(256)) }
            #expect(throws: tooMany) { try translate(filters(257)) }
        }
        #expect(throws: InvalidJob("filters", "is 7 bytes long; at most 6 are allowed")) {
            try translate(#"{"a":1}"#, FilterLimits(bytes: 6))
        }
    }
}
