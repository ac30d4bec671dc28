import JSON
import JobQueue
import MCP
import Testing

@testable import MemoryTools

/// What a caller may do, and what exists for it.
@Suite struct ReachTests {
    /// One right call of each tool.
    static let calls = [
        ("search_memory", #"{"collection":"invoices","query":"a"}"#),
        ("save_to_memory", #"{"collection":"invoices","content":"a"}"#),
        ("update_memory", #"{"collection":"invoices","key":"a","content":"b"}"#),
        ("get_memory", #"{"collection":"invoices","key":"a"}"#),
        ("forget_memory", #"{"collection":"invoices","key":"a"}"#),
        ("list_memories", #"{"collection":"invoices"}"#),
        ("list_collections", "{}"),
        ("get_memory_stats", "{}"),
    ]

    static let reading = [
        "search_memory", "get_memory", "list_memories", "list_collections", "get_memory_stats",
    ]

    @Test(
        arguments: [
            (.all, reading + ["save_to_memory", "update_memory", "forget_memory"]),
            (.read, reading),
            ([.read, .write], reading + ["save_to_memory", "update_memory"]),
            // What it changes it shows as well.
            (.write, ["save_to_memory"]),
            (.forget, ["forget_memory"]),
            ([], []),
        ] as [(MemoryRights, [String])]
    )
    func `a tool without the right to it is not listed, and refused`(
        _ rights: MemoryRights,
        _ allowed: [String]
    ) async throws {
        let desk = try TestDesk { _ in .done("{}") }
        let caller = MemoryCaller(tenant: nil, rights: rights, name: "c")
        let answer = try await desk.messages(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, as: caller)
        guard case .array(let tools)? = answer.first?[path: "result.tools"] else {
            Issue.record("no list")
            return
        }
        #expect(Set(tools.compactMap { $0["name"]?.string }) == Set(allowed))
        for (name, arguments) in Self.calls where !allowed.contains(name) {
            let message = try await desk.call(name, arguments, as: caller).message
            #expect(message?.contains("this access has: \(rights)") == true, "\(name): \(message ?? "")")
        }
        #expect(desk.queue.jobs.isEmpty)
    }

    @Test(arguments: calls)
    func `every job is the caller's tenant's, whatever the arguments say`(
        _ name: String,
        _ arguments: String
    ) async throws {
        for tenant in ["acme", nil] {
            let desk = try TestDesk { job in
                switch job.type {
                case "get": .done(Stored.memory(Stored.payload(key: "a")))
                case "save": .done(#"{"id":"\#(Stored.id)","deduped":false}"#)
                case "list": .done(#"{"memories":[],"next":null}"#)
                default: .done(#"{"results":[],"forgotten":1}"#)
                }
            }
            let caller = MemoryCaller(tenant: tenant, rights: .all, name: "c")
            _ = try await desk.call(name, arguments, as: caller)
            #expect(desk.queue.jobs.allSatisfy { $0.tenant == tenant })
            // One tenant is not told how much all have: nothing is asked for.
            #expect(desk.queue.jobs.isEmpty == (name == "list_collections" && tenant != nil))
            let sent = desk.queue.jobs.count
            let forged = arguments == "{}" ? #"{"tenant":"other"}"# : arguments.dropLast() + #","tenant":"other"}"#
            let refused = try await desk.call(name, String(forged), as: caller)
            #expect(refused.message?.hasPrefix("tenant: ") == true)
            #expect(desk.queue.jobs.count == sent)
        }
    }

    @Test(arguments: [
        #"{"should":[{"key":"_memoir.tenant","match":{"value":"other"}}]}"#,
        #"{"must_not":[{"key":"_memoir.tenant","match":{"value":"acme"}}]}"#,
        #"{"_memoir.tenant":"other"}"#,
    ])
    func `a filter by tenant goes with the job, which stays the caller's`(_ filters: String) async throws {
        let desk = try TestDesk { _ in .done(#"{"memories":[],"next":null}"#) }
        _ = try await desk.call("list_memories", #"{"collection":"notes","filters":\#(filters)}"#, as: TestDesk.acme)
        #expect(desk.queue.jobs.allSatisfy { $0.tenant == "acme" })
    }

    @Test(arguments: calls.filter { $0.1 != "{}" })
    func `a collection out of reach is as if there were none`(_ name: String, _ arguments: String) async throws {
        let desk = try TestDesk()
        let caller = MemoryCaller(tenant: nil, rights: .all, collections: ["notes", "gone"], name: "c")
        let message = try await desk.call(name, arguments, as: caller).message
        #expect(message == #"collection: there is no collection "invoices". Send one of: notes"#)
        let near = arguments.replacing("invoices", with: "salarie")
        let other = try await desk.call(name, near, as: caller).message
        #expect(other == #"collection: there is no collection "salarie". Send one of: notes"#)
        let none = MemoryCaller(tenant: nil, rights: .all, collections: [], name: "c")
        let alone = try await desk.call(name, arguments, as: none).message
        #expect(alone?.contains("None is within this access") == true)
        #expect(desk.queue.jobs.isEmpty)
    }

    @Test func `where no collection is declared it is said who can mend that`() async throws {
        let desk = try TestDesk(collections: [])
        let message = try await desk.call("search_memory", #"{"collection":"notes","query":"a"}"#).message
        let reason = "None is declared: whoever runs this server has to do that, in collections.yaml."
        #expect(message == #"collection: there is no collection "notes". \#(reason)"#)
    }

    @Test func `what is listed is what is within reach`() async throws {
        let figures = #"{"collections":{"invoices":{"points_count":5},"salaries":{"points_count":7}}}"#
        let desk = try TestDesk { _ in .done(figures) }
        let caller = MemoryCaller(tenant: nil, rights: .all, collections: ["invoices", "notes"], name: "c")
        let found = try await desk.call("list_collections", as: caller)
        #expect(found[path: "collections.0.name"] == .string("invoices"))
        #expect(found[path: "collections.0.points"] == .integer(5))
        #expect(found[path: "collections.0.fields.0"]?["type"] == .string("string"))
        #expect(found[path: "collections.1.name"] == .string("notes"))
        #expect(found[path: "collections.1.points"] == .null)
        #expect(found[path: "collections.2"] == nil)
        let request = ResourceRequest(caller: caller)
        let resources = try await desk.server.resources?.list(after: nil, for: request).resources.map(\.uri)
        #expect(resources == ["memoir://collections/invoices", "memoir://collections/notes"])
    }
}
