import JSON
import MCP
import Testing

/// Requests since 2026-07-28 over HTTP: headers, statuses, streams.
@Suite(.timeLimit(.minutes(1))) struct StatelessTests {
    private let client = HTTPClient()

    private func headers(_ changes: [String: [String]?]) -> [String: [String]] {
        var headers = HTTPClient.routing("tools/call", name: "echo")
        for (name, values) in changes { headers[name] = values }
        return headers
    }

    private static let call = Message.stateless("tools/call", #""name":"echo""#)

    @Test(
        arguments: [
            ([:], 200, nil),
            (["mcp-method": nil], 400, -32020),
            (["mcp-method": ["tools/list"]], 400, -32020),
            (["mcp-method": ["Tools/Call"]], 400, -32020),
            (["mcp-method": ["tools/call", "tools/call"]], 400, -32020),
            (["mcp-name": nil], 400, -32020),
            (["mcp-name": ["fail"]], 400, -32020),
            (["mcp-name": ["=?base64?ZWNobw==?="]], 200, nil),
            (["mcp-name": ["=?base64?ZWNobw=?="]], 400, -32020),
            (["mcp-name": ["echo", "echo"]], 400, -32020),
            (["mcp-protocol-version": nil], 400, -32020),
            (["mcp-protocol-version": ["2025-11-25"]], 400, -32020),
            (["mcp-protocol-version": ["1999-01-01"]], 400, -32020),
            (["mcp-protocol-version": ["2026-07-28", "2026-07-28"]], 400, -32020),
            (["content-type": ["application/json; charset=utf-8"]], 200, nil),
            (["content-type": ["text/plain"]], 415, -32600),
            (["content-type": nil], 415, -32600),
            (["accept": nil], 200, nil),
            (["accept": ["*/*"]], 200, nil),
            (["accept": ["application/json"]], 200, nil),
            (["accept": ["text/html, application/*;q=0.5"]], 200, nil),
            (["accept": ["text/event-stream"]], 406, -32600),
            (["accept": ["text/html"]], 406, -32600),
            // A session means nothing here.
            (["mcp-session-id": ["unknown"]], 200, nil),
        ] as [([String: [String]?], Int, Int?)]
    )
    func headers(_ changes: [String: [String]?], _ status: Int, _ code: Int?) async {
        let response = await client.send(Self.call, headers(changes))
        #expect(response.status == status)
        #expect(response.json.at("error.code") == code.map { .integer($0) })
        #expect(response.header("Content-Type") == "application/json")
        #expect(response.header("Mcp-Session-Id") == nil)
    }

    @Test(
        arguments: [
            ("{", 400, -32700),
            ("[]", 400, -32600),
            ("[\(call)]", 400, -32600),
            ("7", 400, -32600),
            (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, 202, nil),
            (#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#, 202, nil),
            (#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, 400, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}"#, 400, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":7}}"#, 400, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{}}}"#, 400, -32602),
            (Message.stateless("tools/call", #""name":7"#), 400, -32020),
            // What the body does not name cannot disagree; the method misses it.
            (Message.stateless("tools/call"), 400, -32602),
            (Message.stateless("tools/call", #""name":"echo","arguments":7"#), 400, -32602),
        ] as [(String, Int, Int?)]
    )
    func bodies(_ body: String, _ status: Int, _ code: Int?) async {
        let response = await client.send(body, headers([:]))
        #expect(response.status == status)
        #expect(response.json.at("error.code") == code.map { .integer($0) })
        #expect(response.isEmpty == (status == 202))
    }

    @Test func anUnsupportedVersionIsToldWhatIsSupported() async {
        var headers = HTTPClient.routing("tools/list")
        headers["mcp-protocol-version"] = ["2099-01-01"]
        let body = Message.stateless("tools/list").replacing("2026-07-28", with: "2099-01-01")
        let response = await client.send(body, headers)
        #expect(response.status == 400)
        #expect(response.json.at("error.code") == .integer(-32022))
        #expect(response.json.at("error.data.supported.0") == .string("2026-07-28"))
        #expect(response.json.at("error.data.requested") == .string("2099-01-01"))
        let notification = await client.send(#"{"jsonrpc":"2.0","method":"notifications/x"}"#, headers)
        #expect(notification.status == 400)
        #expect(notification.json.at("error.code") == .integer(-32022))
    }

    @Test(arguments: ["initialize", "ping", "nothing"])
    func aMethodThatThereIsNot(_ method: String) async {
        let response = await client.call(method)
        #expect(response.status == 404)
        #expect(response.json.at("error.code") == .integer(-32601))
    }

    @Test(
        arguments: [
            ("prompts/get", #""name":"greet","arguments":{"who":"you"}"#, "greet"),
            ("resources/read", #""uri":"test://things/a""#, "test://things/a"),
            ("tools/list", "", "ignored"),
            ("server/discover", "", nil),
        ] as [(String, String, String?)]
    )
    func namesOfOtherMethods(_ method: String, _ params: String, _ name: String?) async {
        #expect(await client.call(method, params, name: name).status == 200)
    }

    @Test(arguments: ["GET", "DELETE", "PUT", "HEAD", "OPTIONS", ""])
    func otherMethodsOfHTTP(_ method: String) async {
        let response = await client.send("", HTTPClient.routing("tools/list"), method: method)
        #expect(response.status == 405)
        #expect(response.header("Allow") == "POST")
    }

    @Test func aBodyIsBounded() async {
        let client = HTTPClient { $0.maximumBodyBytes = Self.call.utf8.count }
        #expect(await client.send(Self.call, headers([:])).status == 200)
        #expect(await client.send(Self.call + " ", headers([:])).status == 413)
    }

    @Test func theTraceOfTheHeadersCountsWhereTheRequestHasNone() async {
        var headers = HTTPClient.routing("tools/call", name: "trace")
        headers["traceparent"] = ["00-1-2-01"]
        headers["tracestate"] = ["a=1", "b=2"]
        let body = Message.stateless("tools/call", #""name":"trace""#)
        let result = await client.send(body, headers).json.at("result.structuredContent")
        #expect(result?["parent"] == .string("00-1-2-01"))
        #expect(result?["state"] == .string("a=1,b=2"))
    }

    @Test func aThousandCallsAtOnce() async {
        let count = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<1_000 {
                group.addTask {
                    let params = #""name":"echo","arguments":{"n":\#(index)}"#
                    let response = await client.call("tools/call", params, name: "echo")
                    return response.json.at("result.structuredContent.n") == .integer(index)
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(count == 1_000)
    }

    @Test func callsAreBounded() async {
        let probe = Probe()
        let client = HTTPClient(probe) { $0.maximumCalls = 2 }
        let waiting = (0..<2).map { _ in
            Task { await client.call("tools/call", #""name":"wait""#, name: "wait").status }
        }
        await probe.reached(begun: 2)
        for _ in 0..<3 {
            let refused = await client.call("tools/list")
            #expect(refused.json.at("error.code") == .integer(-31000))
        }
        // Who goes away cancels.
        for task in waiting { task.cancel() }
        for task in waiting { _ = await task.value }
        #expect(probe.cancellations == 2)
        #expect(await client.call("tools/list").json["result"] != nil)
    }
}
