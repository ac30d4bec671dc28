import MCP

/// Lines over standard input, of one conversation: `s`, the version that was settled on, who calls, how the queue
/// answers.
enum StdioSurface {
    static func run(_ reader: inout FuzzReader) async throws(FuzzFinding) {
        let version = reader.one(of: FuzzServer.versions)
        let caller = reader.one(of: FuzzServer.callers)
        let mood = reader.one(of: OddQueue.Mood.allCases)
        let lines = reader.rest.split(separator: UInt8(ascii: "\n"), maxSplits: 31)
        let messages = await OddQueue.$mood.withValue(mood) {
            await FuzzServer.server.messages(answering: lines, from: caller, version: version)
        }
        var oracle = MessageOracle(version: version)
        for line in lines { oracle.expect(line) }
        for message in messages { try oracle.check(message) }
        try oracle.finish()
    }
}
