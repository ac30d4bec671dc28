import JobQueue
import Memory
import Reactor
import Testing
import VectorStore

@testable import Worker

@Reactor
@Suite("Admission")
struct AdmissionTests {
    private func admission() throws -> Admission {
        let field = CollectionField(name: "amount", kind: .number, index: .float)
        let collection = try CollectionDefinition(name: "invoices", fields: [field])
        return Admission(catalog: try CollectionCatalog([collection]), model: "m", maximumJSONBytes: 100)
    }

    private func admit(_ fields: KeyValuePairs<String, String>) throws -> WorkItem {
        let (job, problem) = Job.decoded(fields)
        #expect(problem == nil)
        return try admission().admit(job, now: 1_700_000_000_000_000)
    }

    @Test("An embed needs nothing but its text")
    func embed() throws {
        let item = try admit(["v": "1", "id": "1", "type": "embed", "content": "x"])
        guard case .embed = item.action else {
            Issue.record("is \(item.action)")
            return
        }
        #expect(item.collection == "" && item.pointID == nil)
    }

    @Test("A save's point is named by its key, or by its content, and within its tenant")
    func save() throws {
        let base: [(String, String)] = [("v", "1"), ("id", "1"), ("type", "save"), ("collection", "invoices")]
        func point(_ content: String, key: String? = nil, tenant: String? = nil) throws -> PointID? {
            var storage = base + [("content", content)]
            if let key { storage.append(("key", key)) }
            if let tenant { storage.append(("tenant", tenant)) }
            let (job, _) = Job.decoded(fields: storage)
            return try admission().admit(job, now: 0).pointID
        }
        #expect(try point("a") == point("a"))
        #expect(try point("a") != point("b"))
        #expect(try point("a", key: "k") == point("b", key: "k"))
        #expect(try point("a", key: "k") != point("a", key: "l"))
        #expect(try point("a", key: "k") != point("a", key: "k", tenant: "t"))
        #expect(try point("a") != point("a", tenant: "t"))
    }

    @Test("A search is confined to its tenant")
    func search() throws {
        let item = try admit([
            "v": "1", "id": "1", "type": "search", "collection": "invoices", "query": "x", "tenant": "acme",
            "filters": #"{"amount":5}"#,
        ])
        guard case .search(let filter) = item.action else {
            Issue.record("is \(item.action)")
            return
        }
        let json = String(decoding: filter.bytes, as: UTF8.self)
        #expect(json.contains("acme") && json.contains("amount"))
    }

    @Test("A forget by key names its point, so that it keeps its place among the saves of that point")
    func forget() throws {
        let forget = try admit(["v": "1", "id": "1", "type": "forget", "collection": "invoices", "key": "k"])
        let save = try admit([
            "v": "1", "id": "1", "type": "save", "collection": "invoices", "key": "k", "content": "x",
        ])
        #expect(forget.pointID != nil && forget.pointID == save.pointID)
        let filtered = try admit([
            "v": "1", "id": "1", "type": "forget", "collection": "invoices", "filters": #"{"amount":5}"#,
        ])
        #expect(filtered.pointID == nil)
    }

    @Test("A get is confined to its tenant, by its key as by its id")
    func get() throws {
        let save = try admit([
            "v": "1", "id": "1", "type": "save", "collection": "invoices", "key": "k", "content": "x", "tenant": "acme",
        ])
        let id = try #require(save.pointID)
        for (name, value) in [("key", "k"), ("memory_id", id.text), ("memory_id", id.text.uppercased())] {
            let (job, problem) = Job.decoded(fields: [
                ("v", "1"), ("id", "1"), ("type", "get"), ("collection", "invoices"), ("tenant", "acme"), (name, value),
            ])
            #expect(problem == nil)
            let item = try admission().admit(job, now: 0)
            guard case .get(let filter) = item.action else {
                Issue.record("is \(item.action)")
                return
            }
            #expect(
                String(decoding: filter.bytes, as: UTF8.self)
                    == #"{"must":[{"key":"_memoir.tenant","match":{"value":"acme"}},{"has_id":["\#(id.text)"]}]}"#
            )
            #expect(item.pointID == nil)
        }
    }

    @Test("A list is confined to its tenant, and begins where it is told to")
    func list() throws {
        func list(_ fields: [(String, String)]) throws -> (filter: String, offset: ScrollOffset?) {
            let base = [("v", "1"), ("id", "1"), ("type", "list"), ("collection", "invoices")]
            let item = try admission().admit(Job.decoded(fields: base + fields).job, now: 0)
            guard case .list(let filter, let offset) = item.action else { return ("\(item.action)", nil) }
            return (String(decoding: filter.bytes, as: UTF8.self), offset)
        }
        let all = try list([])
        #expect(all.filter == #"{"must":[{"is_empty":{"key":"_memoir.tenant"}}]}"# && all.offset == nil)
        let id = PointID(high: 1, low: 2)
        let page = try list([("tenant", "acme"), ("filters", #"{"amount":5}"#), ("after", id.text)])
        #expect(page.filter.contains("acme") && page.filter.contains("amount") && page.offset == ScrollOffset(id))
        #expect(try list([("after", "18446744073709551615")]).offset == ScrollOffset(UInt64.max))
    }

    nonisolated static let refused: [(String, [(String, String)])] = [
        ("collection", [("type", "save"), ("collection", "invoice"), ("content", "x")]),
        ("collection", [("type", "search"), ("collection", "other"), ("query", "x")]),
        ("collection", [("type", "forget"), ("collection", "other"), ("key", "x")]),
        ("metadata", [("type", "save"), ("collection", "invoices"), ("content", "x"), ("metadata", "{")]),
        ("metadata", [("type", "save"), ("collection", "invoices"), ("content", "x"), ("metadata", "[]")]),
        (
            "metadata.amount",
            [("type", "save"), ("collection", "invoices"), ("content", "x"), ("metadata", #"{"amount":"5"}"#)]
        ),
        ("filters", [("type", "search"), ("collection", "invoices"), ("query", "x"), ("filters", "[")]),
        (
            "filters.amount",
            [("type", "search"), ("collection", "invoices"), ("query", "x"), ("filters", #"{"amount":"x"}"#)]
        ),
        ("collection", [("type", "get"), ("collection", "other"), ("key", "x")]),
        ("memory_id", [("type", "get"), ("collection", "invoices"), ("memory_id", "x")]),
        ("memory_id", [("type", "get"), ("collection", "invoices"), ("memory_id", "7")]),
        ("collection", [("type", "list"), ("collection", "other")]),
        ("filters", [("type", "list"), ("collection", "invoices"), ("filters", "[")]),
        ("after", [("type", "list"), ("collection", "invoices"), ("after", "x")]),
        ("after", [("type", "list"), ("collection", "invoices"), ("after", "-1")]),
        ("after", [("type", "list"), ("collection", "invoices"), ("after", "18446744073709551616")]),
        ("filters", [("type", "forget"), ("collection", "invoices"), ("filters", "{}")]),
        ("filters", [("type", "forget"), ("collection", "invoices"), ("filters", #"{"must":[]}"#)]),
        ("filters", [("type", "forget"), ("collection", "invoices"), ("filters", #"{"amount":5}"#), ("key", "k")]),
    ]

    @Test("Bad input is refused with the name of the field", arguments: refused)
    func refused(_ field: String, _ fields: [(String, String)]) throws {
        let (job, problem) = Job.decoded(fields: [("v", "1"), ("id", "1")] + fields)
        #expect(problem == nil)
        let error = #expect(throws: InvalidJob.self) { try admission().admit(job, now: 0) }
        #expect(error?.field == field)
        #expect(error?.reason.isEmpty == false)
    }
}
