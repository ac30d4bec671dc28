import JSON
import MCP
import Testing

/// Calls that last: cancelled, told of, bounded.
@Suite struct ConversationTests {
    @Test func aCancelledCallIsNotAnswered() async {
        let probe = Probe()
        let conversation = LineConversation(TestServer.make(probe), version: .v2025November)
        conversation.receive(Message.handshake("tools/call", #""name":"wait""#, id: "5"))
        await probe.reached(begun: 1)
        // Of another type, so of another request.
        conversation.receive(Message.cancelled(#""5""#))
        conversation.receive(Message.cancelled("5"))
        await probe.reached(cancelled: 1)
        #expect(probe.cancellations == 1)
        await conversation.finish()
        #expect(conversation.sent.isEmpty)
    }

    @Test func anIdIsFreeAgainWhenItsCallIsDone() async {
        let probe = Probe()
        let conversation = LineConversation(TestServer.make(probe), version: .v2025November)
        conversation.receive(Message.handshake("tools/call", #""name":"wait""#))
        #expect(await conversation.answer(Message.handshake("ping")).at("error.code") == .integer(-32600))
        conversation.receive(Message.cancelled("1"))
        await probe.reached(cancelled: 1)
        // The call ends in a moment.
        var last = JSONValue.null
        for _ in 0..<1_000 where last["result"] == nil {
            last = await conversation.answer(Message.handshake("ping"))
            try? await Task.sleep(for: .milliseconds(1))
        }
        #expect(last["result"] == .object([]))
    }

    @Test func progressEndsWhereItsCallIsCancelled() async {
        let probe = Probe()
        let conversation = LineConversation(TestServer.make(probe))
        conversation.receive(Message.stateless("tools/call", #""name":"wait""#, meta: Message.progressMeta("7")))
        await probe.reached(begun: 1)
        conversation.receive(Message.cancelled("1"))
        // It reports something all the same.
        await probe.reached(cancelled: 1)
        #expect(probe.cancellations == 1)
        await conversation.finish()
        #expect(conversation.sent.isEmpty)
    }

    @Test func whatComesAfterTheEndIsRefused() async {
        let conversation = LineConversation(version: .v2025November)
        await conversation.finish()
        #expect(await conversation.answer(Message.handshake("tools/list")).at("error.code") == .integer(-32600))
    }

    @Test func progressComesInOrderAndBeforeTheAnswer() async {
        let conversation = LineConversation()
        let params = #""name":"count""#
        conversation.receive(Message.stateless("tools/call", params, meta: Message.progressMeta(#""t\u00e4""#)))
        let messages = await conversation.sent(4)
        #expect(messages.map { $0["method"]?.string } == Array(repeating: "notifications/progress", count: 3) + [nil])
        #expect(
            messages.prefix(3).map { $0.at("params.progress") }
                == [.double(1), .double(2), .double(3)].map { $0 as JSONValue? }
        )
        #expect(messages.first?.at("params.progressToken") == .string("tä"))
        #expect(messages.first?.at("params.total") == .double(3))
        #expect(messages.first?.at("params.message") == .string("step 1"))
        #expect(messages.last?.at("result.structuredContent.done") == .bool(true))
    }

    @Test func progressIsOnlyToldToWhoAskedForIt() async {
        let conversation = LineConversation(TestServer.make(Probe(progressPause: .zero)))
        let answer = await conversation.answer(Message.stateless("tools/call", #""name":"count""#))
        #expect(answer["result"] != nil)
        #expect(conversation.sent.count == 1)
    }

    @Test func callsAreBounded() async {
        let probe = Probe()
        var configuration = StdioConfiguration()
        configuration.maximumCalls = 3
        let conversation = LineConversation(TestServer.make(probe), configuration)
        for id in 0..<3 { conversation.receive(Message.stateless("tools/call", #""name":"wait""#, id: "\(id)")) }
        let refused = await conversation.answer(Message.stateless("tools/list", id: "9"))
        #expect(refused.at("error.code") == .integer(-31000))
        conversation.receive(Message.cancelled("0"))
        await probe.reached(cancelled: 1)
        #expect(probe.cancellations == 1)
        await conversation.finish()
        #expect(probe.cancellations == 3)
        #expect(conversation.sent.count == 1)
    }

    @Test func aThousandCallsAtOnce() async {
        let conversation = LineConversation()
        for id in 0..<1_000 {
            conversation.receive(
                Message.stateless("tools/call", #""name":"echo","arguments":{"n":\#(id)}"#, id: "\(id)")
            )
        }
        let answers = await conversation.sent(1_000)
        #expect(answers.count == 1_000)
        #expect(answers.allSatisfy { $0["id"] == $0.at("result.structuredContent.n") })
    }

    @Test func aSubscriptionIsAcknowledgedAndLasts() async {
        let conversation = LineConversation()
        let params = #""notifications":{"toolsListChanged":true}"#
        let first = await conversation.answer(Message.stateless("subscriptions/listen", params, id: #""s""#))
        #expect(first["method"] == .string("notifications/subscriptions/acknowledged"))
        #expect(first.at("params.notifications") == .object([]))
        #expect(first["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == .string("s"))
        conversation.receive(Message.cancelled(#""s""#))
        await conversation.finish()
        #expect(conversation.sent.count == 1)
        let wrong = await LineConversation().answer(Message.stateless("subscriptions/listen", id: "2"))
        #expect(wrong.at("error.code") == .integer(-32602))
    }

    @Test func whatIsWorkedOnMayBeAnsweredForAMoment() async {
        let conversation = LineConversation(TestServer.make(Probe(progressPause: .milliseconds(5))))
        conversation.receive(Message.stateless("tools/call", #""name":"count""#))
        await conversation.finish(grace: .seconds(10))
        #expect(conversation.sent.count == 1)
    }
}
