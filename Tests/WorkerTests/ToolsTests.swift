import JSON
import JobQueue
import MCP
import MemoirClient
import Memory
import MemoryTools
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

/// The tools of the MCP server, over a real queue.
@Reactor
@Suite struct ToolsTests {
    private static let caller = MemoryCaller(tenant: "acme", rights: .all, name: "test")

    private static func queue(_ fleet: Fleet) -> ClientQueue {
        let redis = fleet.server.configuration
        let keys = fleet.keys
        return ClientQueue(
            connect: { () async throws(MemoryError) in try await MemoryClient.connect(redis: redis, keys: keys) },
            connection: fleet.redis,
            keys: keys
        )
    }

    private static func server(_ fleet: Fleet, _ queue: ClientQueue) throws -> MCPServer<MemoryCaller> {
        let catalog = try CollectionCatalog([try CollectionDefinition(name: "c")])
        return MCPServer(memory: MemoryDesk(queue: queue, catalog: catalog, keys: fleet.keys), version: "1")
    }

    private static func call(
        _ server: MCPServer<MemoryCaller>,
        _ name: String,
        _ arguments: String,
        as caller: MemoryCaller = caller
    ) async throws -> JSONValue {
        let tool = try #require(server.tools.first { $0.name == name })
        let found = try await tool.call(ToolCall(caller: caller, arguments: ArraySlice(arguments.utf8)))
        return try JSONValue(parsing: found.structuredContent)
    }

    private static func text(_ json: JSONValue?) -> String {
        if case .string(let text)? = json { text } else { "" }
    }

    @Test func aMemoryIsSavedFoundChangedAndForgotten() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        let queue = Self.queue(fleet)
        let server = try Self.server(fleet, queue)
        let saved = try await Self.call(
            server,
            "save_to_memory",
            #"{"collection":"c","content":"SNCB, Lyon","metadata":{"n":18446744073709551615,"old":1}}"#
        )
        let id = Self.text(saved["id"])
        #expect(saved["unchanged"] == .bool(false))
        let found = try await Self.call(server, "search_memory", #"{"collection":"c","query":"rail"}"#)
        guard case .array(let results)? = found["results"] else {
            Issue.record("no results: \(found)")
            return
        }
        #expect(results.map { $0["id"] } == [.string(id)])
        #expect(results.first?["content"] == .string("SNCB, Lyon"))
        #expect(results.first?["source"] == .string("mcp"))

        let updated = try await Self.call(
            server,
            "update_memory",
            #"{"collection":"c","id":"\#(id)","content":"SNCB, Paris","metadata":{"old":null,"new":true}}"#
        )
        let newID = Self.text(updated["id"])
        #expect(newID != id)
        #expect(updated["previous_id"] == .string(id))
        let points = fleet.store.points(in: "c")
        #expect(points.keys.map(\.text) == [newID])
        #expect(points.values.first?.contains(#""n":18446744073709551615,"new":true"#) == true)
        #expect(points.values.first?.contains(#""tenant":"acme""#) == true)

        let list = try await Self.call(server, "list_memories", #"{"collection":"c"}"#)
        #expect(list["next_cursor"] == .null)
        let stats = try await Self.call(server, "get_memory_stats", "{}")
        #expect(stats["workers"] == .integer(1))
        let forgotten = try await Self.call(server, "forget_memory", #"{"collection":"c","id":"\#(newID)"}"#)
        #expect(forgotten["forgotten"] == .integer(1))
        let gone = try await Self.call(server, "get_memory", #"{"collection":"c","id":"\#(newID)"}"#)
        #expect(gone["memory"] == .null)
        await queue.close()
        try await worker.stop()
    }

    /// The text of the new memory would be that of another one, which is found by where it must be.
    @Test func aMemoryIsNotMovedOntoAnother() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        let queue = Self.queue(fleet)
        let server = try Self.server(fleet, queue)
        let one = try await Self.call(server, "save_to_memory", #"{"collection":"c","content":"one"}"#)
        let two = try await Self.call(server, "save_to_memory", #"{"collection":"c","content":"two"}"#)
        let arguments = #"{"collection":"c","id":"\#(Self.text(one["id"]))","content":"two"}"#
        let error = await #expect(throws: ToolError.self) {
            try await Self.call(server, "update_memory", arguments)
        }
        #expect(error?.message.contains("its id is \(Self.text(two["id"]))") == true)
        #expect(fleet.store.points(in: "c").count == 2)
        await queue.close()
        try await worker.stop()
    }

    @Test func aCallThatIsCancelledTakesItsJobAlong() async throws {
        let fleet = try await Fleet()
        let queue = Self.queue(fleet)
        let server = try Self.server(fleet, queue)
        let outlook = try #require(await queue.outlook(of: .search))
        #expect(outlook.workers == 0)
        let call = Task { try await Self.call(server, "search_memory", #"{"collection":"c","query":"rail"}"#) }
        try await fleet.until("the job is sent") { try await fleet.redis.streamLength(fleet.keys.jobs(.search)) == 1 }
        call.cancel()
        await #expect(throws: ToolError.self) { try await call.value }
        let marked = try await fleet.redis.strings("ZRANGE", fleet.keys.cancelled, "0", "-1")
        #expect(marked.count == 1)
        // Whoever comes upon it does not do it.
        let worker = try fleet.start()
        let id = try #require(marked.first)
        #expect(try await fleet.result(id).errorCode == "cancelled")
        await queue.close()
        try await worker.stop()
    }
}
