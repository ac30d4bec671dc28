import JSON
import MCP
import Testing

@testable import MCP

/// The handshake era over HTTP.
@Suite(.timeLimit(.minutes(1))) struct SessionTests {
    @Test(arguments: ["2025-03-26", "2025-06-18", "2025-11-25"])
    func aSessionIsOpenedUsedAndEnded(_ version: String) async {
        let client = HTTPClient()
        let opened = await client.send(Message.initialize(version))
        #expect(opened.status == 200)
        #expect(opened.json.at("result.protocolVersion") == .string(version))
        let id = opened.header("Mcp-Session-Id") ?? ""
        #expect(id.count == 32)
        let headers = HTTPClient.session(id, version: version)
        let initialized = await client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, headers)
        #expect(initialized.status == 202)
        #expect(initialized.isEmpty)
        let list = await client.send(Message.handshake("tools/list"), headers)
        #expect((list.json.at("result.tools.0.outputSchema") == nil) == (version == "2025-03-26"))
        #expect(await client.send(Message.handshake("ping"), headers).json["result"] == .object([]))
        #expect(await client.send("", headers, method: "DELETE").status == 204)
        #expect(await client.send(Message.handshake("ping"), headers).status == 404)
        #expect(await client.send("", headers, method: "DELETE").status == 404)
    }

    @Test(
        arguments: [
            (nil, 400), ([], 400), (["unknown"], 404), ([""], 404), (["a", "b"], 400),
        ] as [([String]?, Int)]
    )
    func aRequestWithoutItsSession(_ session: [String]?, _ status: Int) async {
        let client = HTTPClient()
        var headers = HTTPClient.plain
        headers["mcp-session-id"] = session
        let response = await client.send(Message.handshake("tools/list", id: "5"), headers)
        #expect(response.status == status)
        #expect(response.json.at("error.code") == .integer(-32600))
        #expect(response.json["id"] == .integer(5))
        #expect(await client.send(Message.cancelled("1"), headers).status == status)
        #expect(await client.send("[]", headers).status == 400)
        #expect(await client.send("", headers, method: "DELETE").status == status)
        // Who has lost a session opens another, whatever it still sends.
        #expect(await client.send(Message.initialize(), headers).status == 200)
    }

    @Test func aSessionIsItsOwnersAlone() async {
        let client = HTTPClient()
        let id = await client.open()
        let other = HTTPClient(client.endpoint, owner: "other")
        #expect(await other.send(Message.handshake("ping"), HTTPClient.session(id)).status == 404)
        #expect(await other.send("", HTTPClient.session(id), method: "DELETE").status == 404)
        #expect(await client.send(Message.handshake("ping"), HTTPClient.session(id)).status == 200)
    }

    /// Errors are answers: only what is no message has a status of its own.
    @Test(arguments: [
        (Message.handshake("nothing"), 200, -32601),
        (Message.handshake("tools/call", #""name":"nothing""#), 200, -32602),
        (Message.handshake("server/discover"), 200, -32601),
        (Message.handshake("resources/read", #""uri":"x""#), 200, -32002),
        ("{", 400, -32700),
        ("{}", 400, -32600),
        ("[\(Message.handshake("ping"))]", 400, -32600),
        // A request that names a version in itself is of the other era, and lacks its headers.
        (Message.stateless("tools/list"), 400, -32020),
    ])
    func errors(_ body: String, _ status: Int, _ code: Int) async {
        let client = HTTPClient()
        let response = await client.send(body, HTTPClient.session(await client.open()))
        #expect(response.status == status)
        #expect(response.json.at("error.code") == .integer(code))
    }

    @Test(arguments: [("2025-06-18", 200), (nil, 200), ("1999-01-01", 400)] as [(String?, Int)])
    func theVersionOfTheHeaders(_ version: String?, _ status: Int) async {
        let client = HTTPClient()
        let headers = HTTPClient.session(await client.open(), version: version)
        #expect(await client.send(Message.handshake("ping"), headers).status == status)
    }

    @Test(arguments: ["GET", "PUT"])
    func otherMethodsOfHTTP(_ method: String) async {
        let client = HTTPClient()
        let response = await client.send("", HTTPClient.session(await client.open()), method: method)
        #expect(response.status == 405)
        #expect(response.header("Allow") == "POST, DELETE")
    }

    @Test func aCancelledCallIsAnsweredWithNothing() async {
        let probe = Probe()
        let client = HTTPClient(probe)
        let headers = HTTPClient.session(await client.open())
        let elsewhere = HTTPClient.session(await client.open())
        let call = Task { await client.send(Message.handshake("tools/call", #""name":"wait""#, id: "3"), headers) }
        await probe.reached(begun: 1)
        // Of another session.
        #expect(await client.send(Message.cancelled("3"), elsewhere).status == 202)
        #expect(probe.cancellations == 0)
        #expect(
            await client.send(Message.handshake("ping", id: "3"), headers).json.at("error.code") == .integer(-32600)
        )
        #expect(await client.send(Message.cancelled("3"), headers).status == 202)
        let response = await call.value
        #expect(probe.cancellations == 1)
        var iterator = response.events?.makeAsyncIterator()
        #expect(iterator != nil)
        #expect(await iterator?.next() == nil)
    }

    @Test func theEndOfASessionCancelsWhatIsWorkedOnInIt() async {
        let probe = Probe()
        let client = HTTPClient(probe)
        let headers = HTTPClient.session(await client.open())
        let call = Task { await client.send(Message.handshake("tools/call", #""name":"wait""#), headers) }
        await probe.reached(begun: 1)
        #expect(await client.send("", headers, method: "DELETE").status == 204)
        #expect(await call.value.events != nil)
        #expect(probe.cancellations == 1)
    }

    /// Going away is no cancellation in this era.
    @Test func aLostConnectionLeavesTheCallAlone() async {
        let probe = Probe(progressPause: .milliseconds(50))
        let client = HTTPClient(probe)
        let headers = HTTPClient.session(await client.open())
        let call = Task { await client.send(Message.handshake("tools/call", #""name":"wait""#), headers) }
        await probe.reached(begun: 1)
        call.cancel()
        _ = await call.value
        #expect(probe.cancellations == 0)
        _ = await client.send("", headers, method: "DELETE")
        await probe.reached(cancelled: 1)
        #expect(probe.cancellations == 1)
    }

    @Test func progressIsStreamed() async throws {
        let client = HTTPClient()
        let params = #""name":"count","_meta":{"progressToken":"p"}"#
        let body = Message.handshake("tools/call", params)
        let response = await client.send(body, HTTPClient.session(await client.open()))
        var messages: [JSONValue?] = []
        for await chunk in try #require(response.events) { messages.append(HTTPEventStream.message(chunk)) }
        #expect(messages.map { $0?.at("params.progress") } == [.double(1), .double(2), .double(3), nil])
        #expect(messages.last??["id"] == .integer(1))
    }

    @Test func batchesAreOfTheOldestRevision() async {
        let client = HTTPClient()
        let headers = HTTPClient.session(await client.open("2025-03-26"), version: nil)
        let calls = [
            Message.handshake("ping", id: "1"), Message.cancelled("7"), "7", Message.initialize(id: "2"),
            Message.handshake("tools/call", #""name":"fail""#, id: "3"), Message.stateless("tools/list", id: "4"),
        ]
        let answers = await client.send("[\(calls.joined(separator: ","))]", headers).json.elements
        #expect(answers.map { $0["id"] } == [.integer(1), .null, .integer(2), .integer(3), .integer(4)])
        #expect(
            answers.map { $0.at("error.code") } == [nil, .integer(-32600), .integer(-32600), nil, .integer(-32600)]
        )
        #expect(answers.count > 3 && answers[3].at("result.isError") == .bool(true))
        let silent = await client.send("[\(Message.cancelled("7"))]", headers)
        #expect(silent.status == 202)
        #expect(silent.isEmpty)
        #expect(await client.send("[]", headers).status == 400)
    }

    @Test func sessionsAreBounded() async {
        let client = HTTPClient { $0.maximumSessions = 2 }
        for _ in 0..<2 { #expect(await client.send(Message.initialize()).status == 200) }
        let refused = await client.send(Message.initialize(id: "9"))
        #expect(refused.status == 503)
        #expect(refused.json.at("error.code") == .integer(-31000))
        #expect(refused.json["id"] == .integer(9))
    }

    @Test func aStopEndsThemAll() async {
        let client = HTTPClient()
        let headers = HTTPClient.session(await client.open())
        client.endpoint.stop()
        #expect(await client.send(Message.handshake("ping"), headers).status == 404)
    }
}
