import JSON
import JobQueue
import Testing

@testable import MemoryTools

@Suite struct StatsTests {
    private static let figures = #"""
        {"cache":{"hit_rate_percent":99.2,"total_requests":50,"hits":49,"misses":1,"tokens_saved":8,"dollars_saved":0.5,
          "embedding":{},"search":{}},
         "collections":{"invoices":{"points_count":12,"status":"green","vector_size":3},
                        "salaries":{"points_count":99,"status":"green","vector_size":3}},
         "lanes":{"search":{"entries":3,"in_work":2,"undelivered":1,"oldest_ms":4,"drain_ms":null,"paused_since":null},
                  "bulk":{"entries":0,"in_work":0,"undelivered":0,"oldest_ms":null,"drain_ms":0,"paused_since":5}},
         "delayed":0,"dead":2,"workers":[{"id":"host-1-secret"},{"id":"host-2"}],
         "provider":{"model":"m","dimensions":3,"circuit":"open","rate":{}},
         "cost":{"today":{"tokens":90,"requests":4,"dollars":0.0018},
                 "by_tenant":{"acme":{"tokens":1,"requests":1,"dollars":0.1},"rival":{"tokens":5,"requests":1,"dollars":1},
                              "-":{"tokens":7,"requests":1,"dollars":1}},
                 "budget":{"state":"within"}},
         "counters":{}}
        """#

    @Test func `tells the figures of the system`() async throws {
        let desk = try TestDesk { _ in .done(Self.figures) }
        let found = try await desk.call("get_memory_stats")
        let expected = #"""
            {"cache":{"hit_rate_percent":99.2,"total_requests":50,"hits":49,"misses":1,"tokens_saved":8,"dollars_saved":0.5},
             "collections":[{"name":"invoices","points":12,"status":"green"},{"name":"notes","points":null,"status":"unknown"},
              {"name":"salaries","points":99,"status":"green"}],
             "lanes":[{"name":"search","waiting":1,"in_work":2,"oldest_ms":4,"drain_ms":null,"paused":false},
              {"name":"bulk","waiting":0,"in_work":0,"oldest_ms":null,"drain_ms":0,"paused":true}],
             "workers":2,"delayed":0,"dead":2,"embedding_service":"open",
             "cost_today":{"tokens":90,"requests":4,"dollars":0.0018},"budget":"within"}
            """#
        #expect(found == .found(try .literal(expected)))
        #expect(desk.queue.jobs.map(\.type) == ["stats"])
    }

    @Test func `tells a tenant nothing of the others`() async throws {
        let desk = try TestDesk { _ in .done(Self.figures) }
        let caller = MemoryCaller(tenant: "acme", rights: .read, collections: ["invoices"], name: "c")
        let found = try await desk.call("get_memory_stats", as: caller)
        #expect(
            found[path: "collections"]
                == .array([
                    .object([
                        .init("name", .string("invoices")), .init("points", .null), .init("status", .string("green")),
                    ])
                ])
        )
        #expect(found[path: "cost_today.dollars"] == .double(0.1))
        #expect(found[path: "cache.hit_rate_percent"] == .double(99.2))
        for name in ["total_requests", "hits", "misses", "tokens_saved", "dollars_saved"] {
            #expect(found[path: "cache.\(name)"] == .null)
        }
        let odd = MemoryCaller(tenant: "-", rights: .read, name: "c")
        #expect(try await desk.call("get_memory_stats", as: odd)[path: "cost_today.tokens"] == .null)
        let unknown = MemoryCaller(tenant: "new", rights: .read, name: "c")
        let text = "\(try await desk.call("get_memory_stats", as: unknown))"
        for secret in ["rival", "0.0018", "host", "99"] { #expect(!text.replacing("99.2", with: "").contains(secret)) }
    }

    @Test func `is an answer of the schema whatever the figures lack`() async throws {
        let desk = try TestDesk { _ in .done("{}") }
        let found = try await desk.call("get_memory_stats")
        #expect(found["workers"] == .null)
        #expect(found[path: "lanes"] == .array([]))
    }
}
