import JSON
import MCP

/// Arguments of one call of a tool: `t`, which tool, the revision, who calls, how the queue answers; then JSON, or what
/// arguments are made of.
enum ArgumentSurface {
    static func run(_ reader: inout FuzzReader) async throws(FuzzFinding) {
        let tool = reader.one(of: FuzzServer.server.tools)
        let era = reader.one(of: ToolLine.eras)
        let caller = reader.one(of: FuzzServer.callers)
        let mood = reader.one(of: OddQueue.Mood.allCases)
        let isJSON = (try? JSONValue(tolerant: reader.rest)) != nil
        let arguments = isJSON ? Array(reader.rest) : ArgumentMaker.arguments(of: tool.inputSchema, from: &reader)
        let line = ToolLine.line(tool.name, arguments[...], era)
        let messages = await OddQueue.$mood.withValue(mood) {
            await FuzzServer.server.messages(answering: line[...], from: caller, version: era)
        }
        var oracle = MessageOracle(version: era)
        oracle.expect(line[...])
        for message in messages { try oracle.check(message) }
        try oracle.finish()
    }
}
