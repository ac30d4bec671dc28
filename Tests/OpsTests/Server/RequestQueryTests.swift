import Testing

@testable import Ops

@Suite struct RequestQueryTests {
    @Test(
        arguments: [
            ("", nil), ("code=", nil), ("code=a", "a"), ("limit=3&code=a%2Fb+c", "a/b c"), ("code=%C3%A9", "é"),
            ("code=a=b", "a=b"), ("%63ode=x", "x"),
        ] as [(String, String?)]
    )
    func valuesAreDecoded(query: String, code: String?) throws {
        #expect(try RequestQuery(query, allowed: ["code", "limit"])["code"] == code)
    }

    @Test(arguments: ["other=1", "code=1&code=2", "code=%", "code=%4", "code=%zz", "code=%FF", "code=%+1"])
    func whatIsWrongIsRefused(query: String) {
        #expect(throws: OpsError.self) { try RequestQuery(query, allowed: ["code"]) }
    }

    @Test(arguments: [
        ("", 50), ("limit=1", 1), ("limit=500", 500), ("limit=0", nil), ("limit=501", nil), ("limit=x", nil),
    ])
    func numbersHaveBounds(query: String, expected: Int?) throws {
        let query = try RequestQuery(query, allowed: ["limit"])
        #expect((try? query.integer("limit", in: 1...500, default: 50)) == expected)
    }
}
