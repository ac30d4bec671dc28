import JSON
import MCP
import Testing

/// The ladder of checks of a request since 2026-07-28, over standard input: the first that fails is what is answered.
@Suite struct EnvelopeTests {
    private static let version = #""io.modelcontextprotocol/protocolVersion""#
    private static let capabilities = #""io.modelcontextprotocol/clientCapabilities":{}"#

    private func answer(_ line: String) async -> JSONValue {
        JSONValue(
            await TestServer.make().recordedMessages(answering: Array(line.utf8)[...], from: TestCaller()).first ?? []
        )
    }

    @Test(
        arguments: [
            (#""_meta":{\#(version):"2026-07-28",\#(capabilities)}"#, nil),
            // Without a version it is a request of the other era, which nothing was opened for.
            (#""_meta":{\#(capabilities)}"#, -32602),
            (#""_meta":{\#(version):"2026-07-28"}"#, -32602),
            (#""_meta":{\#(version):"2026-07-28","io.modelcontextprotocol/clientCapabilities":7}"#, -32602),
            (#""_meta":{\#(version):"2026-07-28","io.modelcontextprotocol/clientCapabilities":null}"#, -32602),
            (#""_meta":{\#(version):"1999-01-01",\#(version):"2026-07-28",\#(capabilities)}"#, -32602),
            (#""_meta":{\#(version):7,\#(capabilities)}"#, -32602),
            (#""_meta":{\#(version):null,\#(capabilities)}"#, -32602),
            (#""_meta":{\#(version):"2025-11-25",\#(capabilities)}"#, -32022),
            (#""_meta":{\#(version):"",\#(capabilities)}"#, -32022),
            (#""_meta":{\#(version):"2026-07-28","progressToken":1.5,\#(capabilities)}"#, -32602),
            (#""_meta":{\#(version):"2026-07-28","progressToken":null,\#(capabilities)}"#, -32602),
            (#""_meta":{\#(version):"2026-07-28","progressToken":"p",\#(capabilities)}"#, nil),
        ] as [(String, Int?)]
    )
    func ladder(_ meta: String, _ code: Int?) async {
        let answer = await answer(Message.stateless("tools/list", meta: meta))
        #expect(answer.at("error.code") == code.map { .integer($0) })
        #expect((answer["result"] != nil) == (code == nil))
    }

    @Test func anUnsupportedVersionIsToldWhatIsSupported() async {
        let meta = #""_meta":{\#(Self.version):"1999-01-01",\#(Self.capabilities)}"#
        let answer = await answer(Message.stateless("server/discover", meta: meta))
        let supported = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"]
        #expect(answer.at("error.data.supported")?.elements == supported.map { .string($0) })
        #expect(answer.at("error.data.requested") == .string("1999-01-01"))
    }

    /// Naming it in another way would lead nowhere.
    @Test func aVersionOfTheHandshakeIsToldWhichOneNeedsNone() async {
        let meta = #""_meta":{\#(Self.version):"2025-11-25",\#(Self.capabilities)}"#
        let answer = await answer(Message.stateless("server/discover", meta: meta))
        #expect(answer.at("error.data.supported") == .array([.string("2026-07-28")]))
        #expect(answer.at("error.message")?.string?.contains("initialize") == true)
    }

    @Test(arguments: ["ping", "initialized", "resources/subscribe", "logging/setLevel"])
    func whatTheEraDoesNotKnow(_ method: String) async {
        #expect(await answer(Message.stateless(method)).at("error.code") == .integer(-32601))
    }

    @Test func discovery() async {
        let result = await answer(Message.stateless("server/discover"))["result"]
        #expect(result?.at("supportedVersions.0") == .string("2026-07-28"))
        #expect(result?["supportedVersions"]?.elements.count == 4)
        #expect(result?["capabilities"]?.names == ["tools", "resources", "prompts", "completions"])
        #expect(result?["instructions"] == .string("Call echo."))
        #expect(result?["resultType"] == .string("complete"))
        #expect(result?["ttlMs"] == .integer(3_600_000))
        #expect(result?["cacheScope"] == .string("public"))
        let info = result?["_meta"]?["io.modelcontextprotocol/serverInfo"]
        #expect(info?.names == ["name", "title", "version", "description"])
    }
}
