import JSON
import MCP

/// What a worker answers: `w`, which tool, the revision, who calls, whether it is the whole result; then the result.
enum WorkerSurface {
    private static let arguments = [
        "search_memory": #"{"collection":"invoices","query":"rail"}"#,
        "save_to_memory": #"{"collection":"notes","content":"a"}"#,
        "update_memory": #"{"collection":"notes","key":"k","content":"a","metadata":{"b":null,"c":[1]}}"#,
        "get_memory": #"{"collection":"notes","key":"k"}"#,
        "forget_memory": #"{"collection":"notes","key":"k"}"#,
        "list_memories": #"{"collection":"invoices","limit":2}"#,
    ]

    static func run(_ reader: inout FuzzReader) async throws(FuzzFinding) {
        let tool = reader.one(of: FuzzServer.server.tools).name
        let era = reader.one(of: ToolLine.eras)
        let caller = reader.one(of: FuzzServer.callers)
        let isWhole = reader.one(of: [false, true])
        let answer = isWhole ? Array(reader.rest) : OddQueue.done(String(decoding: reader.rest, as: UTF8.self))
        let line = ToolLine.line(tool, Array((arguments[tool] ?? "{}").utf8)[...], era)
        let messages = await OddQueue.$answer.withValue(answer) {
            await FuzzServer.server.messages(answering: line[...], from: caller, version: era)
        }
        var oracle = MessageOracle(version: era)
        oracle.expect(line[...])
        for message in messages { try oracle.check(message) }
        try oracle.finish()
    }
}
