import JSON
import JobQueue
import MCP
import Memory
import Testing

@testable import MemoirClient
@testable import MemoryTools

@Suite struct ResourceTests {
    private static func read(
        _ uri: String,
        _ desk: TestDesk,
        as caller: MemoryCaller = TestDesk.all
    ) async -> Result<JSONValue, MCPError> {
        do throws(MCPError) {
            let provider = desk.server.resources
            let contents = try await provider?.read(uri: uri, for: ResourceRequest(caller: caller)) ?? []
            guard contents.count == 1, contents[0].uri == uri, contents[0].mimeType == "application/json",
                let json = try? JSONValue(parsing: contents[0].text)
            else { throw MCPError(.internalError, "no contents") }
            return .success(json)
        } catch {
            return .failure(error)
        }
    }

    @Test func `a collection tells its fields and an example of filters that is one`() async throws {
        let desk = try TestDesk { _ in .done(#"{"collections":{"invoices":{"points_count":5}}}"#) }
        let json = try await Self.read("memoir://collections/invoices", desk).get()
        #expect(json["name"] == .string("invoices"))
        #expect(json["points"] == .integer(5))
        #expect(json[path: "fields.1.name"] == .string("amount"))
        let example = try #require(json["filters_example"])
        let arguments =
            #"{"collection":"invoices","filters":\#(String(decoding: try example.serialized(), as: UTF8.self))}"#
        let listing = try TestDesk { _ in .done(#"{"memories":[],"next":null}"#) }
        #expect(try await listing.call("list_memories", arguments).message == nil)
        #expect(try await Self.read("memoir://collections/notes", desk).get()["filters_example"] == .null)
    }

    @Test func `a memory is read whole, of the caller's tenant`() async throws {
        let text = String(repeating: "x", count: 20_000)
        let desk = try TestDesk { _ in .done(Stored.memory(Stored.payload(text))) }
        let uri = "memoir://collections/notes/memories/\(Stored.id)"
        let json = try await Self.read(uri, desk, as: TestDesk.acme).get()
        #expect(json["content"] == .string(text))
        #expect(desk.queue.jobs.map(\.memoryID) == [Stored.id])
        #expect(desk.queue.jobs.map(\.tenant) == ["acme"])
    }

    @Test(arguments: [
        "memoir://collections/salaries", "memoir://collections/salaries/memories/\(Stored.id)", "memoir://collections/",
        "memoir://collections/notes/", "memoir://collections/notes/memories/", "memoir://collections/notes/memories/x",
        "memoir://collections/notes/memories/\(Stored.id)/a", "memoir://collections/notes/other/\(Stored.id)",
        "memoir://collection/notes", "http://collections/notes", "", "memoir://collections/%6Eotes",
    ])
    func `there is nothing under other addresses`(_ uri: String) async throws {
        let desk = try TestDesk { _ in .done(#"{"memory":null}"#) }
        let caller = MemoryCaller(tenant: nil, rights: .all, collections: ["notes"], name: "c")
        #expect(await Self.read(uri, desk, as: caller) == .failure(.notFound(uri: uri)))
        #expect(desk.queue.jobs.isEmpty)
    }

    @Test func `a memory that there is not is not found`() async throws {
        let desk = try TestDesk { _ in .done(#"{"memory":null}"#) }
        let uri = "memoir://collections/notes/memories/\(Stored.id)"
        #expect(await Self.read(uri, desk) == .failure(.notFound(uri: uri)))
        let failing = try TestDesk { _ in .thrown(.timedOut(jobID: "j")) }
        guard case .failure(let error) = await Self.read(uri, failing) else {
            Issue.record("no failure")
            return
        }
        #expect(error.code == .internalError)
    }

    @Test func `without the right to read there is nothing`() async throws {
        let desk = try TestDesk()
        let caller = MemoryCaller(tenant: nil, rights: [.write, .forget], name: "c")
        let page = try await desk.server.resources?.list(after: nil, for: ResourceRequest(caller: caller))
        #expect(page?.resources == [])
        guard case .failure(let error) = await Self.read("memoir://collections/notes", desk, as: caller) else {
            Issue.record("no failure")
            return
        }
        #expect(error.code == .invalidParameters)
        #expect(desk.queue.jobs.isEmpty)
    }

    @Test func `many collections come in pages`() async throws {
        let names = (0..<250).map { "c\($0)" }
        let catalog = try CollectionCatalog(try names.map { try CollectionDefinition(name: $0) })
        let resources = MemoryResources(
            desk: MemoryDesk(queue: ScriptedQueue(), catalog: catalog, keys: .init())
        )
        let request = ResourceRequest(caller: TestDesk.all)
        var found: [String] = []
        var cursor: String?
        var pages = 0
        repeat {
            let page = try await resources.list(after: cursor, for: request)
            found += page.resources.map(\.name)
            cursor = page.next
            pages += 1
        } while cursor != nil && pages < 10
        #expect(found == names)
        #expect(pages == 3)
        await #expect(throws: MCPError.self) { try await resources.list(after: "other", for: request) }
    }

    @Test func `collections are proposed that are within reach`() async throws {
        let desk = try TestDesk()
        let caller = MemoryCaller(tenant: nil, rights: .read, collections: ["notes", "invoices"], name: "c")
        let ask = #"""
            {"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/resource",
            "uri":"memoir://collections/{collection}"},"argument":{"name":"collection","value":"VALUE"}}}
            """#.replacing("\n", with: "")
        for (value, names) in [("", ["invoices", "notes"]), ("n", ["notes"]), ("s", [])] {
            let answer = try await desk.messages(ask.replacing("VALUE", with: value), as: caller)
            #expect(answer.first?[path: "result.completion.values"] == .array(names.map { .string($0) }))
        }
    }
}
