import JobQueue
import Testing

@testable import MemoryTools

@Suite struct ArgumentTests {
    struct Wrong: Sendable {
        let tool: String
        let arguments: String
        let message: String

        init(_ tool: String, _ arguments: String, _ message: String) {
            self.tool = tool
            self.arguments = arguments
            self.message = message
        }
    }

    private static let known = "Send one of: invoices, notes, salaries"

    @Test(arguments: [
        Wrong("search_memory", "{}", "collection: is missing. \(known)"),
        Wrong(
            "search_memory",
            #"{"collection":"invoice","query":"a"}"#,
            #"collection: there is no collection "invoice"; did you mean "invoices"? \#(known)"#
        ),
        Wrong(
            "search_memory",
            #"{"collection":"qqqqqqqq","query":"a"}"#,
            #"collection: there is no collection "qqqqqqqq". \#(known)"#
        ),
        Wrong("search_memory", #"{"collection":7}"#, "collection: is 7: send a text"),
        Wrong("search_memory", #"{"collection":"notes"}"#, "query: is missing: send the text to search for"),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":null}"#,
            "query: is missing: send the text to search for"
        ),
        Wrong("search_memory", #"{"collection":"notes","query":["a"]}"#, #"query: is ["a"]: send a text"#),
        Wrong("search_memory", #"{"collection":"notes","query":" \n"}"#, "query: is blank: send a text"),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","top-k":3}"#,
            "top-k: is no argument of search_memory; did you mean top_k? It takes: "
                + "collection, query, top_k, score_threshold, filters"
        ),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","query":"b"}"#,
            "query: is sent twice: send it once"
        ),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","top_k":0}"#,
            "top_k: is 0: send a whole number from 1 to 100"
        ),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","top_k":1e300}"#,
            "top_k: is 1e300: send a whole number from 1 to 100"
        ),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","top_k":"5"}"#,
            #"top_k: is "5": send a whole number from 1 to 100"#
        ),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","top_k":2.5}"#,
            "top_k: is 2.5: send a whole number from 1 to 100"
        ),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","score_threshold":"high"}"#,
            #"score_threshold: is "high": send a number such as 0.5"#
        ),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","score_threshold":1e999}"#,
            "score_threshold: is 1e999: send a number such as 0.5"
        ),
        Wrong(
            "search_memory",
            #"{"collection":"notes","query":"a","filters":"{\"matched\": false}"}"#,
            #"filters: is "{\"matched\": false}": send a JSON object such as {"matched": false}"#
        ),
        Wrong("save_to_memory", #"{"collection":"notes","content":""}"#, "content: is empty: send a text"),
        Wrong("save_to_memory", #"{"collection":"notes"}"#, "content: is missing: send the text to save"),
        Wrong(
            "save_to_memory",
            #"{"collection":"notes","content":"a","key":""}"#,
            "key: is empty: leave it out or send a value"
        ),
        Wrong(
            "save_to_memory",
            #"{"collection":"invoices","content":"a","metadata":[1]}"#,
            #"metadata: is [1]: send a JSON object such as {"vendor_name": "SNCB", "amount": 184.5}"#
        ),
        Wrong(
            "get_memory",
            #"{"collection":"notes"}"#,
            "key: is missing: send key or id, to say which memory is meant"
        ),
        Wrong(
            "get_memory",
            #"{"collection":"notes","key":"a","id":"\#(Stored.id)"}"#,
            "id: is sent beside key: send one of the two"
        ),
        Wrong(
            "forget_memory",
            #"{"collection":"notes","id":"INV-1"}"#,
            #"id: "INV-1" is no UUID: send the id that a save, a search or a list answered; "#
                + "a key of your own goes into key"
        ),
        Wrong(
            "forget_memory",
            #"{"collection":"notes","filters":{}}"#,
            "filters: is no argument of forget_memory. It takes: collection, key, id"
        ),
        Wrong(
            "list_memories",
            #"{"collection":"notes","limit":101}"#,
            "limit: is 101: send a whole number from 1 to 100"
        ),
        Wrong(
            "list_memories",
            #"{"collection":"notes","cursor":"next"}"#,
            "cursor: is none of ours: send next_cursor of the page before as it stands, or leave it out for the first page"
        ),
        Wrong(
            "update_memory",
            #"{"collection":"notes","key":"a"}"#,
            "content: is missing: send content, metadata or both, to say what is to change"
        ),
        Wrong("list_collections", #"{"a":1}"#, "a: list_collections takes no arguments"),
        Wrong("get_memory_stats", #"{"collection":"notes"}"#, "collection: get_memory_stats takes no arguments"),
    ])
    func `what is wrong is named with what would be right, and nothing is sent`(_ wrong: Wrong) async throws {
        let desk = try TestDesk()
        let found = try await desk.call(wrong.tool, wrong.arguments)
        #expect(found == .failed(wrong.message))
        #expect(desk.queue.jobs.isEmpty)
    }

    @Test(arguments: [
        (
            "save_to_memory", #"{"collection":"invoices","content":"a","metadata":{"amount":"much"}}"#,
            "metadata.amount: "
        ),
        ("save_to_memory", #"{"collection":"invoices","content":"a","metadata":{"_memoir":1}}"#, "metadata._memoir: "),
        ("save_to_memory", #"{"collection":"invoices","content":"a","metadata":{"a":1,"a":2}}"#, "metadata.a: "),
        ("search_memory", #"{"collection":"invoices","query":"a","filters":{"amount":{"gte":"x"}}}"#, "filters.amount"),
        ("list_memories", #"{"collection":"invoices","filters":{"amount":{"above":5}}}"#, "filters.amount"),
        ("update_memory", #"{"collection":"invoices","key":"a","metadata":{"content":null}}"#, "metadata.content: "),
        ("update_memory", #"{"collection":"invoices","key":"a","metadata":{"matched":1}}"#, "metadata.matched: "),
    ])
    func `metadata and filters are checked before anything is sent`(
        _ tool: String,
        _ arguments: String,
        _ beginning: String
    ) async throws {
        let desk = try TestDesk()
        let message = try #require(try await desk.call(tool, arguments).message)
        #expect(message.hasPrefix(beginning), "\(message)")
        #expect(desk.queue.jobs.isEmpty)
    }

    @Test func `bounds of bytes are those of the workers`() async throws {
        let desk = try TestDesk(ScriptedQueue()) { $0.maximumTextBytes = 10 }
        let text = String(repeating: "é", count: 6)
        let found = try await desk.call("save_to_memory", #"{"collection":"notes","content":"\#(text)"}"#)
        #expect(found == .failed("content: has 12 bytes: at most 10 are allowed; split the text"))
        let key = String(repeating: "k", count: 1_025)
        let named = try await desk.call("get_memory", #"{"collection":"notes","key":"\#(key)"}"#)
        #expect(named == .failed("key: is longer than 1024 bytes"))
        #expect(desk.queue.jobs.isEmpty)
    }
}
