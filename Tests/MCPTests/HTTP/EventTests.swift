import JSON
import MCP
import Testing

/// Answers as streams of events.
@Suite(.timeLimit(.minutes(1))) struct EventTests {
    private static func call(_ tool: String, token: String = "7") -> String {
        Message.stateless("tools/call", #""name":"\#(tool)""#, meta: Message.progressMeta(token))
    }

    private func send(_ tool: String, _ client: HTTPClient) async -> HTTPEndpointResponse {
        await client.send(Self.call(tool), HTTPClient.routing("tools/call", name: tool))
    }

    @Test func progressComesBeforeTheAnswer() async throws {
        let response = await send("count", HTTPClient())
        #expect(response.status == 200)
        #expect(response.header("Content-Type") == "text/event-stream")
        var messages: [JSONValue?] = []
        for await chunk in try #require(response.events) { messages.append(HTTPEventStream.message(chunk)) }
        #expect(messages.map { $0?.at("params.progress") } == [.double(1), .double(2), .double(3), nil])
        #expect(messages.last??.at("result.structuredContent.done") == .bool(true))
        #expect(messages.first??.at("params.progressToken") == .integer(7))
    }

    @Test func aCallThatTellsNothingIsAnsweredWithJSON() async {
        let client = HTTPClient()
        let response = await send("echo", client)
        #expect(response.header("Content-Type") == "application/json")
        let unknown = await send("nothing", client)
        #expect(unknown.status == 400)
        #expect(unknown.json.at("error.code") == .integer(-32602))
    }

    @Test func whoReadsNoEventsGetsJSON() async {
        var headers = HTTPClient.routing("tools/call", name: "count")
        headers["accept"] = ["application/json"]
        let client = HTTPClient(Probe(progressPause: .milliseconds(1)))
        let response = await client.send(Self.call("count"), headers)
        #expect(response.json.at("result.structuredContent.done") == .bool(true))
    }

    @Test func aStreamSaysThatItLives() async throws {
        let probe = Probe()
        let response = await send("wait", HTTPClient(probe) { $0.keepAlive = .milliseconds(20) })
        var comments = 0
        for await chunk in try #require(response.events) {
            #expect(chunk.first == UInt8(ascii: ":"))
            #expect(chunk.suffix(2) == [0x0A, 0x0A])
            comments += 1
            if comments == 3 { break }
        }
        #expect(comments == 3)
    }

    /// Since 2026-07-28 whoever closes the stream cancels the call.
    @Test(arguments: [true, false])
    func lettingGoOfTheStreamCancels(_ isExplicit: Bool) async {
        let probe = Probe()
        var response: HTTPEndpointResponse? = await send("wait", HTTPClient(probe) { $0.keepAlive = .milliseconds(20) })
        #expect(response?.events != nil)
        #expect(probe.cancellations == 0)
        if isExplicit { response?.events?.abandon() } else { response = nil }
        await probe.reached(cancelled: 1)
        #expect(probe.cancellations == 1)
    }

    @Test func goingAwayBeforeTheFirstEventCancels() async {
        let probe = Probe()
        let client = HTTPClient(probe)
        let task = Task { _ = await self.send("wait", client) }
        await probe.reached(begun: 1)
        task.cancel()
        await task.value
        await probe.reached(cancelled: 1)
        #expect(probe.cancellations == 1)
    }

    @Test func aSubscriptionLastsUntilTheServerStops() async throws {
        let client = HTTPClient { $0.maximumSubscriptions = 1 }
        let response = await client.call("subscriptions/listen", #""notifications":{}"#)
        var iterator = try #require(response.events).makeAsyncIterator()
        let first = try #require(await iterator.next())
        #expect(HTTPEventStream.message(first)?["method"] == .string("notifications/subscriptions/acknowledged"))
        let refused = await client.call("subscriptions/listen", #""notifications":{}"#)
        #expect(refused.json.at("error.code") == .integer(-31000))
        client.endpoint.stop()
        let last = HTTPEventStream.message(try #require(await iterator.next()))
        #expect(last?["id"] == .integer(1))
        #expect(last?.at("result.resultType") == .string("complete"))
        #expect(last?.at("result")?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == .integer(1))
        #expect(await iterator.next() == nil)
        let late = await client.call("subscriptions/listen", #""notifications":{}"#)
        #expect(late.json.at("error.code") == .integer(-31000))
    }

    @Test func aSubscriptionThatIsLetGoMakesRoom() async {
        let client = HTTPClient { $0.maximumSubscriptions = 1 }
        for _ in 0..<3 {
            let response = await client.call("subscriptions/listen", #""notifications":{}"#)
            #expect(response.events != nil)
        }
        var headers = HTTPClient.routing("subscriptions/listen")
        headers["accept"] = ["application/json"]
        let body = Message.stateless("subscriptions/listen", #""notifications":{}"#)
        #expect(await client.send(body, headers).status == 406)
    }
}
