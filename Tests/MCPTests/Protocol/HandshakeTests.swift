import JSON
import MCP
import Testing

@Suite struct HandshakeTests {
    @Test(arguments: [
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("", "2025-11-25"),
        ("tomorrow", "2025-11-25"),
    ])
    func negotiation(_ requested: String, _ negotiated: String) async {
        let conversation = LineConversation()
        let result = await conversation.answer(Message.initialize(requested))["result"]
        #expect(result?["protocolVersion"] == .string(negotiated))
        #expect(result?["capabilities"]?.names == ["tools", "resources", "prompts", "completions"])
        #expect(result?["instructions"] == .string("Call echo."))
        let isOldest = negotiated == "2025-03-26"
        #expect(result?.at("serverInfo.title") == (isOldest ? nil : .string("Test")))
        #expect(result?["resultType"] == nil)
        #expect(result?["_meta"] == nil)
        // What is settled holds for the list of tools.
        let tool = await conversation.answer(Message.handshake("tools/list")).at("result.tools.0")
        #expect((tool?["outputSchema"] == nil) == isOldest)
    }

    @Test(arguments: [
        #""capabilities":{}"#, #""protocolVersion":7"#, #""protocolVersion":null"#,
        #""protocolVersion":"2025-03-26","protocolVersion":"2025-11-25""#,
    ])
    func aWrongHandshake(_ params: String) async {
        let answer = await LineConversation().answer(Message.handshake("initialize", params))
        #expect(answer.at("error.code") == .integer(-32602))
    }

    @Test func nothingButPingComesBeforeIt() async {
        let conversation = LineConversation()
        #expect(await conversation.answer(Message.handshake("tools/list")).at("error.code") == .integer(-32602))
        #expect(await conversation.answer(Message.handshake("ping"))["result"] == .object([]))
    }

    /// A client whose probe went unanswered for too long opens with a handshake all the same.
    @Test func aConnectionMaySpeakBothEras() async {
        let conversation = LineConversation()
        #expect(await conversation.answer(Message.stateless("server/discover"))["result"] != nil)
        #expect(await conversation.answer(Message.initialize())["result"] != nil)
        #expect(await conversation.answer(Message.handshake("tools/list")).at("result.resultType") == nil)
        #expect(await conversation.answer(Message.stateless("tools/list")).at("result.resultType") != nil)
    }
}
