import FuzzSurfaces
import JSON
import JobQueue
import MCP
import Memory
import Testing

@testable import MemoryTools

/// The tools on a scripted queue, and three collections.
struct TestDesk {
    enum Outcome: Equatable {
        case found(JSONValue)
        case failed(String)

        subscript(name: String) -> JSONValue? {
            if case .found(let json) = self { json[name] } else { nil }
        }

        var message: String? {
            if case .failed(let message) = self { message } else { nil }
        }
    }

    static let all = MemoryCaller(tenant: nil, rights: .all, name: "all")
    static let acme = MemoryCaller(tenant: "acme", rights: .all, name: "acme")

    let queue: ScriptedQueue
    let server: MCPServer<MemoryCaller>

    /// - Parameter collections: nil for the three.
    init(
        _ queue: ScriptedQueue = ScriptedQueue(),
        collections: [CollectionDefinition]? = nil,
        _ change: (inout MemoryToolsConfiguration) -> Void = { _ in }
    ) throws {
        self.queue = queue
        var configuration = MemoryToolsConfiguration()
        change(&configuration)
        let fields = [
            CollectionField(name: "vendor_name", kind: .string, index: .keyword),
            CollectionField(name: "amount", kind: .number, index: .float),
            CollectionField(name: "matched", kind: .boolean, index: .bool),
            CollectionField(name: "paid_at", kind: .datetime),
        ]
        let three = [
            try CollectionDefinition(name: "invoices", description: "What is to be paid", fields: fields),
            try CollectionDefinition(name: "notes"),
            try CollectionDefinition(name: "salaries"),
        ]
        let catalog = try CollectionCatalog(collections ?? three)
        let desk = MemoryDesk(queue: queue, catalog: catalog, keys: JobKeys(), configuration: configuration)
        server = MCPServer(memory: desk, version: "1.2.3")
    }

    init(_ script: @escaping ScriptedQueue.Script) throws {
        try self.init(ScriptedQueue(script))
    }

    /// As the server calls it. An answer that its tool's schema does not allow fails the test.
    func call(
        _ name: String,
        _ arguments: String = "{}",
        as caller: MemoryCaller = all,
        trace: TraceContext = TraceContext(),
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let tool = try #require(server.tools.first { $0.name == name }, sourceLocation: location)
        if let refusal = tool.refusal?(caller) { return .failed(refusal) }
        do throws(ToolError) {
            let call = ToolCall(caller: caller, arguments: ArraySlice(arguments.utf8), trace: trace)
            let found = try JSONValue(checked: try await tool.call(call).structuredContent)
            let schema = try JSONValue(checked: tool.outputSchema?.bytes ?? [])
            #expect(SchemaCheck.faults(of: found, against: schema) == [], sourceLocation: location)
            return .found(found)
        } catch {
            return .failed(error.message)
        }
    }

    /// A line that a host sends, and all that comes back.
    func messages(_ line: String, as caller: MemoryCaller = all) async throws -> [JSONValue] {
        try await server.messages(answering: ArraySlice(line.utf8), from: caller, version: .v2025November).map {
            try JSONValue(parsing: $0)
        }
    }
}

extension JSONValue {
    /// What is no JSON fails the test by being no answer.
    fileprivate init(checked bytes: [UInt8]) throws(ToolError) {
        do throws(JSONError) {
            try self.init(parsing: bytes)
        } catch {
            throw ToolError("no JSON: \(error)")
        }
    }

    /// `"a.b.0"`
    subscript(path path: String) -> JSONValue? {
        var value: JSONValue? = self
        for part in path.split(separator: ".") {
            if let index = Int(part), case .array(let elements)? = value {
                value = elements.indices.contains(index) ? elements[index] : nil
            } else {
                value = value?[String(part)]
            }
        }
        return value
    }

    /// Of a literal of a test.
    static func literal(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }
}

extension TestDesk {
    /// A definition without fields.
    static func collection(_ name: String) throws -> CollectionDefinition { try CollectionDefinition(name: name) }
}
