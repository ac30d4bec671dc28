import JSON
import MCP
import Testing

/// Resources, prompts and completions.
@Suite struct MethodTests {
    private func answer(_ method: String, _ params: String = "", _ version: ProtocolVersion = .v2026July) async
        -> JSONValue
    {
        let line = version == .v2026July ? Message.stateless(method, params) : Message.handshake(method, params)
        let messages = await TestServer.make().messages(
            answering: Array(line.utf8)[...],
            from: TestCaller(),
            version: version == .v2026July ? nil : version
        )
        return JSONValue(messages.first ?? [])
    }

    @Test func resourcesArePaged() async {
        let first = await answer("resources/list")["result"]
        #expect(first?.at("resources.0.uri") == .string("test://things/a"))
        #expect(first?["nextCursor"] == .string("a"))
        #expect(first?["cacheScope"] == .string("private"))
        let last = await answer("resources/list", #""cursor":"a""#)["result"]
        #expect(last?["resources"] == .array([]))
        #expect(last?["nextCursor"] == nil)
        #expect(await answer("resources/list", #""cursor":"b""#).at("error.code") == .integer(-32602))
        #expect(await answer("resources/list", #""cursor":7"#).at("error.code") == .integer(-32602))
    }

    @Test func aResourceIsRead() async {
        let result = await answer("resources/read", #""uri":"test://things/a""#)["result"]
        #expect(result?.at("contents.0.text") == .string(#"{"is":"ä"}"#))
        #expect(result?["ttlMs"] == .integer(0))
        #expect(await answer("resources/read").at("error.code") == .integer(-32602))
    }

    @Test(arguments: [(ProtocolVersion.v2026July, -32602), (.v2025November, -32002), (.v2025March, -32002)])
    func aResourceThatThereIsNot(_ version: ProtocolVersion, _ code: Int) async {
        let answer = await answer("resources/read", #""uri":"test://things/b""#, version)
        #expect(answer.at("error.code") == .integer(code))
        #expect(answer.at("error.data.uri") == .string("test://things/b"))
    }

    @Test func templatesAndPromptsAreListed() async {
        let templates = await answer("resources/templates/list")["result"]
        #expect(templates?.at("resourceTemplates.0.uriTemplate") == .string("test://things/{name}"))
        let prompts = await answer("prompts/list")["result"]
        #expect(prompts?.at("prompts.0.arguments.0.required") == .bool(true))
        #expect(prompts?["cacheScope"] == .string("public"))
        let oldest = await answer("prompts/list", "", .v2025March)["result"]
        #expect(oldest?.at("prompts.0")?.names == ["name", "description", "arguments"])
        for method in ["tools/list", "prompts/list", "resources/templates/list"] {
            #expect(await answer(method, #""cursor":"x""#).at("error.code") == .integer(-32602))
        }
    }

    @Test(
        arguments: [
            (#""name":"greet","arguments":{"who":"you"}"#, "Hello, you"),
            (#""name":"greet","arguments":{"who":"you","how":"Hi","x":"y"}"#, "Hi, you"),
            (#""name":"greet","arguments":{}"#, nil),
            (#""name":"greet""#, nil),
            (#""name":"greet","arguments":{"who":7}"#, nil),
            (#""name":"greet","arguments":["who"]"#, nil),
            (#""name":"other","arguments":{"who":"you"}"#, nil),
        ] as [(String, String?)]
    )
    func prompts(_ params: String, _ text: String?) async {
        let answer = await answer("prompts/get", params)
        #expect(answer.at("result.messages.0.content.text") == text.map { .string($0) })
        #expect(answer.at("error.code") == (text == nil ? .integer(-32602) : nil))
    }

    @Test(arguments: [
        (#""ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"who","value":"v"}"#, true),
        (#""ref":{"type":"ref/resource","uri":"test://things/{name}"},"argument":{"name":"name","value":""}"#, true),
        (#""ref":{"type":"ref/other"},"argument":{"name":"who","value":"v"}"#, false),
        (#""ref":{"type":"ref/prompt"},"argument":{"name":"who","value":"v"}"#, false),
        (#""ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"who"}"#, false),
        (#""ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"who","value":7}"#, false),
        (#""ref":"greet","argument":{"name":"who","value":"v"}"#, false),
        ("", false),
    ])
    func completions(_ params: String, _ isRight: Bool) async {
        let answer = await answer("completion/complete", params)
        #expect(answer.at("result.completion.values")?.elements.count == (isRight ? 100 : nil))
        #expect(answer.at("result.completion.hasMore") == (isRight ? .bool(true) : nil))
        #expect(answer.at("error.code") == (isRight ? nil : .integer(-32602)))
    }

    @Test func whatIsNotOfferedIsNoMethod() async {
        let info = ServerInfo(name: "bare", title: "Bare", version: "1", description: "Nothing.")
        let server = MCPServer<TestCaller>(info: info, instructions: "", tools: [])
        for method in [
            "resources/list", "resources/templates/list", "resources/read", "prompts/list", "prompts/get",
            "completion/complete",
        ] {
            let line = Array(Message.stateless(method).utf8)
            let answer = JSONValue(await server.recordedMessages(answering: line[...], from: TestCaller()).first ?? [])
            #expect(answer.at("error.code") == .integer(-32601), "\(method)")
        }
        let line = Array(Message.stateless("server/discover").utf8)
        let answer = JSONValue(await server.recordedMessages(answering: line[...], from: TestCaller()).first ?? [])
        #expect(answer.at("result.capabilities") == .object([]))
    }
}
