import Testing

@testable import Backfill

@Suite("What a row is called")
struct RowKeyTests {
    /// To PostgreSQL and to the store they are two texts; to `String` they are one.
    private static let alike = ["caf\u{E9}", "cafe\u{301}"]

    @Test(
        "a primary key as text, and back",
        arguments: [["1"], ["a", "b"], [""], ["\"\\\u{1F600}\n"], [#"["x"]"#]] + alike.map { [$0] }
    )
    func roundTrip(_ values: [String]) {
        let key = RowKey(values)
        #expect(RowKey(json: key.json) == key)
        #expect(RowKey(source: key.source) == key)
    }

    @Test("what is no primary key", arguments: ["", "1", "[]", "[1]", "{}", "[null]", "postgres:[\"1\"]", "[\"1\""])
    func noRowKey(_ text: String) {
        #expect(RowKey(json: text) == nil)
        #expect(RowKey(source: text.hasPrefix("postgres:") ? "mysql:[\"1\"]" : text) == nil)
    }

    @Test("rows are told apart by bytes, not by how they look")
    func rows() {
        #expect(Set(Self.alike.map { RowKey([$0]) }).count == 2)
        #expect(Set(Self.alike.map { RowKey(["1", $0]) }).count == 2)
        #expect(RowKey(["a", "b"]) != RowKey(["a"]))
        #expect(RowKey(["a", "b"]) != RowKey(["ab"]))
        #expect(Set([RowKey(["a", "b"]), RowKey(["a", "b"])]).count == 1)
    }

    @Test("memories as well")
    func memories() {
        let row = RowKey(["1"])
        let keys = Self.alike.map { RowMemory(row: row, key: $0, tenant: nil) }
        let tenants = Self.alike.map { RowMemory(row: row, key: "k", tenant: $0) }
        let rows = Self.alike.map { RowMemory(row: RowKey([$0]), key: "k", tenant: nil) }
        #expect(Set(keys + tenants + rows).count == 6)
        #expect(keys[0] != keys[1] && tenants[0] != tenants[1] && rows[0] != rows[1])
        #expect(RowMemory(row: row, key: "k", tenant: nil) != RowMemory(row: row, key: "k", tenant: ""))
        #expect(RowMemory(row: row, key: "k", tenant: "t") == RowMemory(row: row, key: "k", tenant: "t"))
    }
}
