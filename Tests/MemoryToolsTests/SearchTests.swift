import JSON
import JobQueue
import Testing

@testable import MemoryTools

@Suite struct SearchTests {
    private static let nothing = #"{"results":[]}"#

    struct Sent: Sendable {
        let arguments: String
        let text: String
        var topK = 5
        var threshold: Double?
        var filters: String?
    }

    @Test(arguments: [
        Sent(arguments: #"{"collection":"invoices","query":"rail travel"}"#, text: "rail travel"),
        Sent(arguments: #"{"collection":"invoices","query":"a","top_k":100}"#, text: "a", topK: 100),
        Sent(arguments: #"{"query":"a","top_k":3.0,"collection":"invoices"}"#, text: "a", topK: 3),
        Sent(arguments: #"{"collection":"invoices","query":"\u00e9\n","top_k":null}"#, text: "é\n"),
        Sent(arguments: #"{"collection":"invoices","query":"a","score_threshold":-0.5}"#, text: "a", threshold: -0.5),
        Sent(arguments: #"{"collection":"invoices","query":"a","score_threshold":1}"#, text: "a", threshold: 1),
        Sent(
            arguments: #"{"collection":"invoices","query":"a","filters":{ "amount": {"gte": 18446744073709551615} }}"#,
            text: "a",
            filters: #"{ "amount": {"gte": 18446744073709551615} }"#
        ),
    ])
    func `is sent as a job with the arguments' values`(_ sent: Sent) async throws {
        let desk = try TestDesk { _ in .done(Self.nothing) }
        #expect(try await desk.call("search_memory", sent.arguments) == .found(try .literal(Self.nothing)))
        let job = try #require(desk.queue.jobs.first)
        #expect(job.type == "search")
        #expect(job.lane == .search)
        #expect(job.collection == "invoices")
        #expect(job.text == sent.text)
        #expect(job.topK == sent.topK)
        #expect(job.scoreThreshold == sent.threshold)
        #expect(job.filters == sent.filters)
        #expect(desk.queue.jobs.count == 1)
    }

    @Test func `shows text, metadata and key, and of the bookkeeping what says something`() async throws {
        let payload = Stored.payload(
            key: "INV-2041",
            metadata: #""amount":1e2,"big":18446744073709551615,"é":{"a":[1]}"#
        )
        let desk = try TestDesk { _ in
            .done(#"{"results":[{"id":"\#(Stored.id)","score":0.75,"payload":\#(payload)}]}"#)
        }
        let expected = #"""
            {"results":[{"id":"\#(Stored.id)","key":"INV-2041","score":0.75,"content":"SNCB, Lyon","content_truncated":false,
             "metadata":{"amount":1e2,"big":18446744073709551615,"é":{"a":[1]}},"source":"mcp",
             "created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-02T00:00:00.000Z"}]}
            """#
        let found = try await desk.call("search_memory", #"{"collection":"invoices","query":"rail"}"#)
        #expect(found == .found(try .literal(expected)))
    }

    @Test func `shows what another program has stored`() async throws {
        let desk = try TestDesk { _ in
            .done(
                #"{"results":[{"id":7,"score":1,"payload":{"content":5,"_memoir":[],"a":null}},{"id":8,"score":0,"payload":null}]}"#
            )
        }
        let found = try await desk.call("search_memory", #"{"collection":"notes","query":"rail"}"#)
        #expect(found[path: "results.0.id"] == .string("7"))
        #expect(found[path: "results.0.content"] == .null)
        #expect(found[path: "results.0.metadata"] == .object([.init("a", .null)]))
        #expect(found[path: "results.1.updated_at"] == .null)
    }

    @Test(arguments: [(10_000, false), (10_001, true)])
    func `cuts a text that is too long, and says so`(_ length: Int, _ isCut: Bool) async throws {
        // Two bytes each: it is characters that count.
        let text = String(repeating: "é", count: length)
        let desk = try TestDesk { _ in
            .done(#"{"results":[{"id":"\#(Stored.id)","score":1,"payload":\#(Stored.payload(text))}]}"#)
        }
        let found = try await desk.call("search_memory", #"{"collection":"notes","query":"rail"}"#)
        #expect(found[path: "results.0.content_truncated"] == .bool(isCut))
        #expect(found[path: "results.0.content_characters"] == (isCut ? .integer(length) : nil))
        let shown = String(repeating: "é", count: 10_000) + (isCut ? "…" : "")
        #expect(found[path: "results.0.content"] == .string(shown))
    }
}
