import JSON
import MCP
import Testing

/// What a line of standard input is answered with, before any method is looked at.
@Suite struct MessageTests {
    private func answers(_ line: String, _ version: ProtocolVersion? = .v2025November) async -> [JSONValue] {
        await TestServer.make().recordedMessages(answering: Array(line.utf8)[...], from: TestCaller(), version: version)
            .map { JSONValue($0) }
    }

    @Test(arguments: [
        ("{", -32700, "null"),
        ("", -32700, "null"),
        ("\u{0}", -32700, "null"),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#, -32700, "null"),
        (#"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#, -32700, "null"),
        (#"{"jsonrpc":"2.0","id":01,"method":"ping"}"#, -32700, "null"),
        ("1", -32600, "null"),
        ("null", -32600, "null"),
        (#""text""#, -32600, "null"),
        ("{}", -32600, "null"),
        (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, "1"),
        (#"{"jsonrpc":2.0,"id":"a","method":"ping"}"#, -32600, #""a""#),
        (#"{"id":1,"method":"ping"}"#, -32600, "1"),
        (#"{"jsonrpc":"2.0","id":1}"#, -32600, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600, "1"),
        (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, "null"),
        (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600, "null"),
        (#"{"jsonrpc":"2.0","id":1e3,"method":"ping"}"#, -32600, "null"),
        (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600, "null"),
        (#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, -32600, "null"),
        (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32600, "2"),
        (#"{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}"#, -32600, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}"#, -32600, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{},"params":{}}"#, -32600, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32602, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":7}"#, -32602, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":[]}}"#, -32602, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{},"_meta":{}}}"#, -32602, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{}}}}"#, -32602, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"nothing"}"#, -32601, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"info"}}"#, -32601, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#, -32601, "1"),
        (#"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}"#, -32601, "1"),
        ("[]", -32600, "null"),
        (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600, "null"),
        ("[1,", -32700, "null"),
    ])
    func errors(_ line: String, _ code: Int, _ id: String) async {
        let answers = await answers(line)
        #expect(answers.count == 1)
        #expect(answers.first?.at("error.code") == .integer(code))
        #expect(answers.first?.at("error.message")?.string?.isEmpty == false)
        #expect(answers.first?["id"] == JSONValue(Array(id.utf8)))
        #expect(answers.first?["jsonrpc"] == .string("2.0"))
        #expect(answers.first?["result"] == nil)
    }

    @Test(arguments: [
        "1", "0", "-7", "99999999999999999999999999", #""a""#, #""""#, #""ä\n\"""#, #""\ud83d\ude00""#,
    ])
    func anIdComesBackAsItWas(_ id: String) async throws {
        let answers = await answers(Message.handshake("ping", id: id))
        #expect(answers.count == 1)
        #expect(try answers.first?["id"] == JSONValue(parsing: Array(id.utf8)))
        #expect(answers.first?["result"] == .object([]))
    }

    /// As some clients write what they leave out.
    @Test func parametersMayBeNull() async {
        let answers = await answers(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#)
        #expect(answers.first?["result"] == .object([]))
        #expect(await self.answers(#"{"jsonrpc":"2.0","method":"notifications/x","params":null}"#).isEmpty)
    }

    @Test func anIdIsBoundedInLength() async {
        let longest = String(repeating: "i", count: 1_024)
        #expect(await answers(Message.handshake("ping", id: "\"\(longest)\"")).first?["id"] == .string(longest))
        let refused = await answers(Message.handshake("ping", id: "\"\(longest)i\""))
        #expect(refused.first?.at("error.code") == .integer(-32600))
        #expect(refused.first?["id"] == .null)
    }

    @Test(arguments: [64, 65, 200_000])
    func nestingIsBounded(_ depth: Int) async {
        let arguments = String(repeating: "[", count: depth - 3) + String(repeating: "]", count: depth - 3)
        let line = Message.handshake("tools/call", #""name":"echo","arguments":{"a":\#(arguments)}"#)
        let code = await answers(line).first?.at("error.code")
        #expect(code == (depth <= 64 ? nil : .integer(-32700)))
    }

    /// What is owed no answer.
    @Test(arguments: [
        #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        #"{"jsonrpc":"2.0","method":"notifications/nothing","params":{}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}"#,
        #"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}"#,
    ])
    func silence(_ line: String) async {
        #expect(await answers(line).isEmpty)
    }

    /// Every prefix of a message, and every message with one byte changed: an answer that is JSON-RPC, or none.
    @Test func damagedMessages() async {
        let server = TestServer.make()
        let whole = Array(Message.stateless("tools/call", #""name":"echo","arguments":{"a":[1,"\u00e4"]}"#).utf8)
        var damaged = (0..<whole.count).map { Array(whole[..<$0]) }
        for index in whole.indices {
            for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x80, 0xFF] {
                var line = whole
                line[index] = byte
                damaged.append(line)
            }
        }
        for line in damaged {
            for message in await server.recordedMessages(answering: line[...], from: TestCaller()) {
                let value = JSONValue(message)
                #expect(value["jsonrpc"] == .string("2.0"))
                #expect((value["result"] == nil) != (value["error"] == nil))
                #expect(!message.contains(0x0A))
            }
        }
    }
}
