import JSON
import JobQueue
import Testing

@testable import MemoryTools

@Suite struct ListTests {
    private static func page(_ next: String, content: String = "a") -> String {
        #"{"memories":[{"id":"\#(Stored.id)","payload":\#(Stored.payload(content))}],"next":\#(next)}"#
    }

    @Test(arguments: [Stored.otherID, "18446744073709551615"])
    func `pages follow one another by their cursors`(_ next: String) async throws {
        let desk = try TestDesk { job in .done(Self.page(job.after == nil ? "\"\(next)\"" : "null")) }
        let first = try await desk.call("list_memories", #"{"collection":"notes"}"#)
        guard case .string(let cursor)? = first["next_cursor"] else {
            Issue.record("no cursor: \(first)")
            return
        }
        // Nobody is tempted to write one.
        #expect(!cursor.contains(next))
        let arguments = #"{"collection":"notes","cursor":"\#(cursor)","limit":7,"filters":{"a":1}}"#
        let second = try await desk.call("list_memories", arguments)
        #expect(second["next_cursor"] == .null)
        #expect(desk.queue.jobs.map(\.after) == [nil, next])
        #expect(desk.queue.jobs.map(\.topK) == [20, 7])
        #expect(desk.queue.jobs.map(\.filters) == [nil, #"{"a":1}"#])
        let other = try await desk.call("list_memories", #"{"collection":"invoices","cursor":"\#(cursor)"}"#)
        let advice = "leave it out for the first page of invoices"
        #expect(other == .failed(#"cursor: is of the collection "notes": \#(advice)"#))
    }

    @Test(arguments: ["", "0", "zz", "00", "6e6f7465730000", "616263006e6f746573", "+1+1", "é"])
    func `no other text is a cursor`(_ text: String) async throws {
        let desk = try TestDesk()
        let found = try await desk.call("list_memories", #"{"collection":"notes","cursor":"\#(text)"}"#)
        #expect(found.message?.hasPrefix("cursor: is none of ours") == true, "\(found)")
    }

    @Test func `long texts are cut`() async throws {
        let text = String(repeating: "x", count: 1_001)
        let desk = try TestDesk { _ in .done(Self.page("null", content: text)) }
        let found = try await desk.call("list_memories", #"{"collection":"notes"}"#)
        #expect(found[path: "memories.0.content_truncated"] == .bool(true))
        #expect(found[path: "memories.0.content_characters"] == .integer(1_001))
        #expect(found[path: "memories.0.content"] == .string(String(text.dropLast()) + "…"))
    }
}

extension TestDesk.Outcome {
    subscript(path path: String) -> JSONValue? {
        if case .found(let json) = self { json[path: path] } else { nil }
    }
}
