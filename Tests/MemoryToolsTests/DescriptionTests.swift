import JSON
import JobQueue
import MCP
import Testing

@testable import MemoryTools

/// What a model reads of the tools.
@Suite struct DescriptionTests {
    private static func tools() throws -> [Tool<MemoryCaller>] { try TestDesk().server.tools }

    @Test func `there are the eight`() throws {
        let names = try Self.tools().map(\.name)
        let expected = ReachTests.calls.map(\.0)
        #expect(names.count == 8)
        #expect(Set(names) == Set(expected))
    }

    @Test func `every argument is described, and no other is taken`() throws {
        for tool in try Self.tools() {
            let schema = try JSONValue(parsing: tool.inputSchema.bytes)
            #expect(schema["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
            #expect(schema["additionalProperties"] == .bool(false), "\(tool.name)")
            guard case .object(let properties)? = schema["properties"] else {
                Issue.record("\(tool.name) has no properties")
                continue
            }
            for property in properties {
                #expect((property.value["description"]?.string?.count ?? 0) > 20, "\(tool.name).\(property.name)")
            }
            guard case .array(let required)? = schema["required"] else { continue }
            for name in required { #expect(properties.contains { .string($0.name) == name }, "\(tool.name): \(name)") }
        }
    }

    /// The arguments that a tool's schema tells of are those that it reads: each is refused by name where it is wrong.
    @Test(arguments: ReachTests.calls)
    func `the schema's arguments are those that are read`(_ name: String, _ arguments: String) async throws {
        let desk = try TestDesk()
        let tool = try #require(desk.server.tools.first { $0.name == name })
        guard case .object(let properties)? = try JSONValue(parsing: tool.inputSchema.bytes)["properties"] else {
            return
        }
        for property in properties {
            let wrong = #"{"\#(property.name)":true,"# + arguments.dropFirst()
            let message = try await desk.call(name, wrong).message
            let isTwice = arguments.contains("\"\(property.name)\"")
            let expected = isTwice ? "\(property.name): is sent twice" : "\(property.name): is true: send "
            #expect(message?.hasPrefix(expected) == true, "\(name): \(message ?? "")")
        }
        let other = try await desk.call(name, #"{"other":1}"#).message
        #expect(other?.hasPrefix("other: ") == true)
    }

    @Test func `bounds of the schemas are those that hold`() throws {
        let tools = Dictionary(uniqueKeysWithValues: try Self.tools().map { ($0.name, $0) })
        for (tool, argument, range, standard) in [
            ("search_memory", "top_k", ToolLimits.searchResults, ToolLimits.defaultSearchResults),
            ("list_memories", "limit", ToolLimits.listed, ToolLimits.defaultListed),
        ] {
            let schema = try JSONValue(parsing: try #require(tools[tool]).inputSchema.bytes)
            let property = schema[path: "properties.\(argument)"]
            #expect(property?["minimum"] == .integer(range.lowerBound))
            #expect(property?["maximum"] == .integer(range.upperBound))
            #expect(property?["default"] == .integer(standard))
        }
    }

    /// An example in a description is a call that works.
    @Test func `examples are right`() async throws {
        for tool in try Self.tools() {
            guard let example = tool.description.split(separator: "Example: ").dropFirst().first else { continue }
            let desk = try TestDesk { job in
                switch job.type {
                case "get": .done(Stored.memory(Stored.payload(key: "INV-2041")))
                case "save": .done(#"{"id":"\#(Stored.id)","deduped":false}"#)
                case "forget": .done(#"{"forgotten":1}"#)
                case "list": .done(#"{"memories":[],"next":null}"#)
                default: .done(#"{"results":[]}"#)
                }
            }
            #expect(try await desk.call(tool.name, String(example)).message == nil, "\(tool.name)")
            #expect(!desk.queue.jobs.isEmpty, "\(tool.name)")
        }
    }

    @Test func `hosts are told what reads, and what may destroy`() throws {
        for tool in try Self.tools() {
            let isReading = ReachTests.reading.contains(tool.name)
            #expect(tool.annotations.isReadOnly == isReading, "\(tool.name)")
            #expect(tool.annotations.isDestructive == !isReading, "\(tool.name)")
            #expect(tool.annotations.isIdempotent, "\(tool.name)")
            #expect(!tool.annotations.isOpenWorld, "\(tool.name)")
        }
    }

    @Test(arguments: [
        ("recall", #"{"question":"When is the train?"}"#, "Answer from memory: When is the train?", "list_collections"),
        ("recall", #"{"question":"a","collection":"notes"}"#, "Answer from memory: a", "Use the collection notes."),
        ("remember", "{}", "of our conversation so far", "list_collections"),
        ("remember", #"{"what":"Ana is 5","collection":"notes"}"#, "this:\n\nAna is 5", "Use the collection notes."),
    ])
    func `prompts hold what they are given`(
        _ name: String,
        _ arguments: String,
        _ said: String,
        _ place: String
    ) async throws {
        let answer = try await TestDesk().messages(
            #"{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"\#(name)","arguments":\#(arguments)}}"#
        )
        let text = answer.first?[path: "result.messages.0.content.text"]?.string ?? ""
        #expect(text.contains(said))
        #expect(text.contains(place))
    }
}
