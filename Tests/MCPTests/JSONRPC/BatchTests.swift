import JSON
import MCP
import Testing

/// Batches over standard input: of 2025-03-26 alone.
@Suite struct BatchTests {
    private func answers(_ line: String, _ version: ProtocolVersion = .v2025March) async -> [[UInt8]] {
        await TestServer.make().recordedMessages(answering: Array(line.utf8)[...], from: TestCaller(), version: version)
    }

    @Test func requestsAreAnsweredTogether() async {
        let batch = [
            Message.handshake("ping", id: "1"), Message.cancelled("9"), "7",
            Message.handshake("tools/call", #""name":"fail""#, id: #""b""#), Message.initialize(id: "3"),
            Message.stateless("tools/list", id: "4"),
        ]
        let messages = await answers("[\(batch.joined(separator: ", "))]")
        #expect(messages.count == 1)
        let answers = JSONValue(messages.first ?? []).elements
        #expect(answers.count == 5)
        let byID = { (id: JSONValue) in answers.first { $0["id"] == id } }
        #expect(byID(.integer(1))?["result"] == .object([]))
        #expect(byID(.string("b"))?.at("result.isError") == .bool(true))
        #expect(byID(.null)?.at("error.code") == .integer(-32600))
        #expect(byID(.integer(3))?.at("error.code") == .integer(-32600))
        #expect(byID(.integer(4))?.at("error.code") == .integer(-32600))
    }

    @Test func notificationsAloneAreNotAnswered() async {
        #expect(await answers("[\(Message.cancelled("1")),\(Message.cancelled("2"))]").isEmpty)
    }

    @Test(arguments: [(100, true), (101, false)])
    func aBatchIsBounded(_ count: Int, _ isTaken: Bool) async {
        let batch = (0..<count).map { Message.handshake("ping", id: "\($0)") }.joined(separator: ",")
        let answer = JSONValue(await answers("[\(batch)]").first ?? [])
        #expect(answer.elements.count == (isTaken ? count : 0))
        #expect(answer.at("error.code") == (isTaken ? nil : .integer(-32600)))
    }

    @Test(arguments: ProtocolVersion.allCases)
    func otherRevisionsHaveNone(_ version: ProtocolVersion) async {
        let answer = JSONValue(await answers("[\(Message.handshake("ping"))]", version).first ?? [])
        #expect(answer.elements.count == (version == .v2025March ? 1 : 0))
        #expect(answer.at("error.code") == (version == .v2025March ? nil : .integer(-32600)))
    }
}
