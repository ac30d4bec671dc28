import JSON
import Testing

@testable import Memory

/// Random filters over the points of several tenants, read by an evaluator that knows nothing of scopes.
@Suite struct ScopedFilterPropertyTests {
    private static let tenants: [String?] = [nil, "", "acme", "Acme", "acm", "*", "null", "\"}}]}", "société", "租户"]
    private static let points: [(tenant: String?, payload: JSONValue)] = tenants.flatMap { tenant in
        ["red", "blue", nil].map { colour in (tenant, payload(tenant, colour)) }
    }

    private static func payload(_ tenant: String?, _ colour: String?) -> JSONValue {
        let bookkeeping = tenant.map { [JSONValue.Member("tenant", .string($0))] } ?? []
        var members = [JSONValue.Member("_memoir", .object(bookkeeping))]
        members.append(JSONValue.Member("tenant", .string("acme")))
        if let colour { members.append(JSONValue.Member("colour", .string(colour))) }
        return .object(members)
    }

    @Test func noFilterMatchesAnotherTenantsPoint() throws {
        var random = SystemRandomNumberGenerator()
        var matched = 0
        for _ in 0..<20_000 {
            let tenant = Self.tenants.randomElement(using: &random) ?? nil
            let filters = Self.filter(&random, depth: 0)
            guard
                let scoped = try? ScopedFilter(tenant: tenant?.field, filters: filters.field, in: .invoices())
            else { continue }
            let found = Self.found(by: try JSONValue(parsing: ArraySlice(scoped.bytes)))
            matched += found.isEmpty ? 0 : 1
            #expect(found.allSatisfy { $0 == tenant }, "\(String(describing: tenant)) with \(filters)")
        }
        #expect(matched > 2_000)
    }

    @Test func whatAlwaysHoldsMatchesAllThatTheTenantHas() throws {
        let always = #"{"must_not":[{"key":"missing","match":{"value":1}}]}"#
        for tenant in Self.tenants {
            let scoped = try ScopedFilter(tenant: tenant?.field, filters: always.field, in: .invoices())
            #expect(Self.found(by: try JSONValue(parsing: ArraySlice(scoped.bytes))) == [tenant, tenant, tenant])
        }
    }

    private static func found(by filter: JSONValue) -> [String?] {
        points.filter { FilterEvaluator.matches(filter, $0.payload) }.map(\.tenant)
    }

    /// In the store's own form, or in the simple one.
    private static func filter(_ random: inout some RandomNumberGenerator, depth: Int) -> String {
        if depth == 0, Int.random(in: 0..<4, using: &random) == 0 {
            return ["{}", #"{"colour":"red"}"#, #"{"colour":{"not":["red","green"]}}"#, #"{"tenant":"acme"}"#]
                .randomElement(using: &random) ?? ""
        }
        let clauses = (0..<Int.random(in: 1...3, using: &random)).map { _ in clause(&random, depth: depth) }
        return "{\(clauses.joined(separator: ","))}"
    }

    private static func clause(_ random: inout some RandomNumberGenerator, depth: Int) -> String {
        let conditions = (0..<Int.random(in: 0...3, using: &random)).map { _ in condition(&random, depth: depth) }
        let list = "[\(conditions.joined(separator: ","))]"
        return switch Int.random(in: 0..<4, using: &random) {
        case 0: "\"must\":\(list)"
        case 1: "\"should\":\(list)"
        case 2: "\"must_not\":\(list)"
        default: "\"min_should\":{\"conditions\":\(list),\"min_count\":\(Int.random(in: 0...2, using: &random))}"
        }
    }

    private static func condition(_ random: inout some RandomNumberGenerator, depth: Int) -> String {
        if depth < 3, Int.random(in: 0..<3, using: &random) == 0 { return filter(&random, depth: depth + 1) }
        // The last two are refused; that they are is not what this tests.
        let paths = Array(repeating: "colour", count: 4) + ["missing", "tenant", "_memoir.tenant", "_memoir"]
        let path = paths.randomElement(using: &random) ?? ""
        let shapes = [
            "{\"key\":\"\(path)\",\"match\":{\"value\":\"red\"}}",
            "{\"key\":\"\(path)\",\"match\":{\"any\":[\"acme\",\"blue\"]}}",
            "{\"key\":\"\(path)\",\"match\":{\"except\":[\"acme\",\"red\"]}}",
            "{\"is_empty\":{\"key\":\"\(path)\"}}",
            "{\"is_null\":{\"key\":\"\(path)\"}}",
        ]
        return shapes.randomElement(using: &random) ?? ""
    }
}
