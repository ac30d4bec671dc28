import JSON
import MCP
import Testing

@Suite struct ToolTests {
    private func answer(
        _ line: String,
        _ version: ProtocolVersion? = nil,
        _ caller: TestCaller = TestCaller()
    ) async -> JSONValue {
        let server = TestServer.make()
        return JSONValue(
            await server.recordedMessages(answering: Array(line.utf8)[...], from: caller, version: version).first ?? []
        )
    }

    @Test(arguments: ProtocolVersion.allCases)
    func listing(_ version: ProtocolVersion) async {
        let isStateless = version == .v2026July
        let line = isStateless ? Message.stateless("tools/list") : Message.handshake("tools/list")
        let result = await answer(line, isStateless ? nil : version)["result"]
        #expect(
            result?["tools"]?.elements.compactMap { $0["name"]?.string } == [
                "echo", "fail", "write", "wait", "count", "trace",
            ]
        )
        let names =
            version == .v2025March
            ? ["name", "description", "inputSchema", "annotations"]
            : ["name", "title", "description", "inputSchema", "outputSchema", "annotations"]
        #expect(result?.at("tools.0")?.names == names)
        #expect(result?.at("tools.2.annotations.destructiveHint") == .bool(true))
        // Some tools are not for everybody, so the list is of its caller alone.
        #expect(result?["cacheScope"] == (isStateless ? .string("private") : nil))
        #expect(result?["ttlMs"] == (isStateless ? .integer(300_000) : nil))
        #expect(result?["resultType"] == (isStateless ? .string("complete") : nil))
    }

    @Test func aToolThatRefusesIsNotListedAndSaysWhy() async {
        let caller = TestCaller(mayWrite: false)
        let list = await answer(Message.stateless("tools/list"), nil, caller)
        #expect(list.at("result.tools")?.elements.contains { $0["name"] == .string("write") } == false)
        #expect(list.at("result.tools")?.elements.count == 5)
        let refused = await answer(Message.stateless("tools/call", #""name":"write""#), nil, caller)
        #expect(refused.at("result.isError") == .bool(true))
        #expect(refused.at("result.content.0.text") == .string("you have no right to write"))
        let allowed = await answer(Message.stateless("tools/call", #""name":"write""#))
        #expect(allowed.at("result.isError") == .bool(false))
    }

    @Test(arguments: [
        (#""name":"echo","arguments":{"a" : [1, "x"]}"#, #"{"a":[1,"x"]}"#),
        (#""name":"echo""#, "{}"),
        (#""name":"echo","arguments":null"#, "{}"),
        (#""arguments":{"q":"\"\u00e4\n"},"name":"\u0065cho""#, #"{"q":"\"ä\n"}"#),
    ])
    func aResultIsStructuredAndText(_ params: String, _ content: String) async throws {
        let expected = try JSONValue(parsing: Array(content.utf8))
        let result = await answer(Message.stateless("tools/call", params))["result"]
        #expect(result?["structuredContent"] == expected)
        let text = try #require(result?.at("content.0.text")?.string)
        #expect(try JSONValue(parsing: Array(text.utf8)) == expected)
        #expect(result?.at("content.0.type") == .string("text"))
        #expect(result?["isError"] == .bool(false))
        let oldest = await answer(Message.handshake("tools/call", params), .v2025March)["result"]
        #expect(oldest?.names == ["content", "isError"])
    }

    @Test func anErrorIsAResultThatAModelReads() async {
        let result = await answer(Message.stateless("tools/call", #""name":"fail""#))["result"]
        #expect(result?["isError"] == .bool(true))
        #expect(result?.at("content.0.text") == .string("say please"))
        #expect(result?["structuredContent"] == nil)
    }

    @Test(arguments: [
        #""name":"nothing""#, #""name":7"#, #""arguments":{}"#, #""name":"echo","arguments":[]"#,
        #""name":"echo","arguments":"{}""#, #""name":"echo","name":"echo""#,
        #""name":"echo","arguments":{},"arguments":{}"#,
    ])
    func parametersOfTheWrongShape(_ params: String) async {
        #expect(await answer(Message.stateless("tools/call", params)).at("error.code") == .integer(-32602))
    }

    @Test func theTraceIsHandedOn() async {
        let meta = Message.meta.dropLast() + #","traceparent":"00-1-2-01","tracestate":"a=b"}"#
        let result = await answer(Message.stateless("tools/call", #""name":"trace""#, meta: String(meta)))["result"]
        #expect(result?.at("structuredContent.parent") == .string("00-1-2-01"))
        #expect(result?.at("structuredContent.state") == .string("a=b"))
        let long = Message.meta.dropLast() + #","traceparent":"\#(String(repeating: "x", count: 513))","tracestate":7}"#
        let none = await answer(Message.stateless("tools/call", #""name":"trace""#, meta: String(long)))["result"]
        #expect(none?.at("structuredContent.parent") == .null)
        #expect(none?.at("structuredContent.state") == .null)
    }
}
