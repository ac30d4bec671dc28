import JSON
import JobQueue
import Testing
import VectorStore

@testable import Memory

@Suite struct ScopedFilterTests {
    @Test(
        arguments: [
            (nil, #"{"is_empty":{"key":"_memoir.tenant"}}"#),
            ("", #"{"key":"_memoir.tenant","match":{"value":""}}"#),
            ("acme", #"{"key":"_memoir.tenant","match":{"value":"acme"}}"#),
            ("\"}}]}", #"{"key":"_memoir.tenant","match":{"value":"\"}}]}"}}"#),
        ] as [(String?, String)]
    )
    func tenantComesFirst(tenant: String?, condition: String) throws {
        let whole = ScopedFilter(tenant: tenant?.field)
        #expect(String(whole.bytes) == "{\"must\":[\(condition)]}")
        #expect(whole.isWholeTenant)

        let id = PointID(high: 1, low: 2)
        let points = try ScopedFilter(tenant: tenant?.field, ids: [id, id])
        let text = "\"00000000-0000-0001-0000-000000000002\""
        #expect(String(points.bytes) == "{\"must\":[\(condition),{\"has_id\":[\(text),\(text)]}]}")
        #expect(!points.isWholeTenant)
    }

    @Test func noIdsMatchNothing() throws {
        let filter = try ScopedFilter(tenant: "a".field, ids: [])
        #expect(String(filter.bytes).hasSuffix(#",{"has_id":[]}]}"#))
    }

    @Test func idsAreBounded() throws {
        let ids = [PointID](repeating: PointID(high: 0, low: 0), count: 1_025)
        #expect(throws: Never.self) { try ScopedFilter(tenant: nil, ids: ids.dropLast()) }
        #expect(throws: InvalidJob("ids", "names 1025 points; at most 1024 are allowed")) {
            try ScopedFilter(tenant: nil, ids: ids)
        }
    }

    /// Whatever pieces of JSON a caller puts together: it is refused, or the result is one object whose only member
    /// is `must`, whose first element is the tenant's condition and whose second and last is one object.
    @Test func nothingEscapesTheScope() throws {
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\"must\":", "\"should\":", "\"a\":", "\"key\":\"a\"",
            "{\"key\":\"a\"}", "1", "null", "\"x\"", " ", "\\u0022", "\0", "]}", "}]}",
        ]
        var random = SystemRandomNumberGenerator()
        var accepted = 0
        for _ in 0..<20_000 {
            var filters = "{\"a\":1"
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                filters += pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }
            if Bool.random(using: &random) { filters += "}" }
            guard
                let filter = try? ScopedFilter(tenant: "acme".field, filters: filters.field, in: .invoices())
            else { continue }
            accepted += 1
            try expectScope(filter, of: filters)
        }
        #expect(accepted > 100)
    }

    private func expectScope(_ filter: ScopedFilter, of filters: String) throws {
        guard case .object(let members) = try JSONValue(parsing: filter.bytes), members.count == 1,
            members[0].name == "must", case .array(let conditions) = members[0].value
        else {
            Issue.record("\(filters) gave \(String(filter.bytes))")
            return
        }
        #expect(conditions.count == 2, "\(filters)")
        #expect(
            conditions[0]["key"] == .string("_memoir.tenant") && conditions[0]["match"]?["value"] == .string("acme")
        )
        guard case .object = conditions[1] else {
            Issue.record("\(filters) gave \(String(filter.bytes))")
            return
        }
    }
}
