import Glibc
import JSON
import Testing

@testable import MCP

/// Real pipes.
@Suite(.serialized, .timeLimit(.minutes(1))) struct StdioConnectionTests {
    @Test func linesAreAnswered() async throws {
        let client = try StdioClient()
        client.send(Message.initialize())
        #expect(await client.lines(1).first?.at("result.protocolVersion") == .string("2025-11-25"))
        client.send("\n\r\n{\n")
        client.send(Message.handshake("ping", id: "2"))
        // The carriage return stands alone on its line, the brace on its own.
        let answers = await client.lines(3)
        #expect(answers.count { $0.at("error.code") == .integer(-32700) } == 2)
        #expect(answers.contains { $0["id"] == .integer(2) && $0["result"] == .object([]) })
        client.closeInput()
        #expect(await client.running.value != nil)
    }

    @Test func theEndOfInputEndsItWithCallsInFlight() async throws {
        let probe = Probe()
        let client = try StdioClient(TestServer.make(probe))
        for id in 0..<100 { client.send(Message.stateless("tools/call", #""name":"wait""#, id: "\(id)")) }
        await probe.reached(begun: 100)
        let start = ContinuousClock.now
        client.closeInput()
        let end = try #require(await client.running.value)
        #expect(end - start < .seconds(1))
        #expect(probe.cancellations == 100)
    }

    @Test func whatWasAskedBeforeTheEndIsAnswered() async throws {
        let client = try StdioClient()
        for id in 0..<50 { client.send(Message.stateless("tools/list", id: "\(id)")) }
        // The last one without its line break.
        client.send(Message.stateless("server/discover", id: "50"), terminator: "")
        client.closeInput()
        #expect(await client.lines(51).count == 51)
        #expect(await client.running.value != nil)
    }

    @Test func cancellingTheTaskEndsIt() async throws {
        let probe = Probe()
        let client = try StdioClient(TestServer.make(probe))
        client.send(Message.stateless("tools/call", #""name":"wait""#))
        await probe.reached(begun: 1)
        client.running.cancel()
        #expect(await client.running.value != nil)
        #expect(probe.cancellations == 1)
    }

    /// Nothing is read from a client that does not read, beyond a bound; and its end is seen all the same.
    @Test func aClientThatDoesNotReadIsWaitedFor() async throws {
        var configuration = StdioConfiguration()
        configuration.maximumUnreadBytes = 100_000
        let client = try StdioClient(TestServer.make(), configuration)
        let text = String(repeating: "x", count: 50_000)
        let line = Message.stateless("tools/call", #""name":"echo","arguments":{"t":"\#(text)"}"#, id: "%")
        let isWritten = Latch()
        let writer = Task.detached {
            for id in 0..<10 { client.send(line.replacing("%", with: "\(id)")) }
            isWritten.open()
        }
        // Less than all of it fits the pipes and the bound.
        let wait = Task { await isWritten.wait() }
        let timer = Task {
            try? await Task.sleep(for: .seconds(2))
            wait.cancel()
        }
        await wait.value
        #expect(wait.isCancelled)
        timer.cancel()
        // The rest is answered as it is read.
        let answers = await client.lines(10)
        await writer.value
        #expect(answers.count == 10)
        #expect(Set(answers.compactMap { $0["id"]?.integer }).count == 10)
        client.closeInput()
        #expect(await client.running.value != nil)
    }

    @Test func theEndIsSeenWhileAnswersAreUnread() async throws {
        let client = try StdioClient()
        let text = String(repeating: "x", count: 300_000)
        client.send(Message.stateless("tools/call", #""name":"echo","arguments":{"t":"\#(text)"}"#))
        let start = ContinuousClock.now
        client.closeInput()
        let end = try #require(await client.running.value)
        #expect(end - start < .seconds(2))
    }

    /// Says more than may be unread, and leaves the answer and another request lying.
    private func stuffed(grace: Duration = .milliseconds(200)) async throws -> StdioClient {
        var configuration = StdioConfiguration()
        configuration.maximumUnreadBytes = 100_000
        configuration.grace = grace
        let client = try StdioClient(TestServer.make(), configuration)
        let text = String(repeating: "x", count: 300_000)
        client.send(Message.stateless("tools/call", #""name":"echo","arguments":{"t":"\#(text)"}"#))
        // The pipe is full, and more than the bound waits behind it: nothing is read any more.
        await Probe.eventually { client.unread >= 65_536 }
        client.send(Message.stateless("tools/list", id: "2"))
        return client
    }

    @Test func theEndIsSeenWhileNothingIsRead() async throws {
        let client = try await stuffed()
        let start = ContinuousClock.now
        client.closeInput()
        let end = try #require(await client.running.value)
        #expect(end - start < .seconds(2))
    }

    @Test func whatIsLeftInThePipeAtTheEndIsAnswered() async throws {
        let client = try await stuffed(grace: .seconds(30))
        client.closeInput()
        #expect(await client.lines(2).compactMap { $0["id"]?.integer } == [1, 2])
        #expect(await client.running.value != nil)
    }

    @Test func aClientThatReadsNoMoreIsGone() async throws {
        let probe = Probe()
        let client = try StdioClient(TestServer.make(probe))
        client.send(Message.stateless("tools/call", #""name":"wait""#))
        await probe.reached(begun: 1)
        client.closeOutput()
        #expect(await client.running.value != nil)
        #expect(probe.cancellations == 1)
    }

    /// Others may have them too: the terminal, for one.
    @Test func theDescriptorsStayAsTheyAre() async throws {
        let client = try StdioClient()
        let flags = client.flags
        client.send(Message.stateless("tools/list"))
        #expect(await client.lines(1).count == 1)
        #expect(client.flags == flags)
        client.closeInput()
        #expect(await client.running.value != nil)
        #expect(client.flags == flags)
        #expect(!flags.contains(-1))
    }

    @Test func itRunsOnce() async throws {
        let client = try StdioClient()
        client.closeInput()
        #expect(await client.running.value != nil)
        await #expect(throws: MCPError.self) { try await client.runAgain() }
    }

    @Test func aLineThatIsTooLongIsRefusedAndTheNextIsNot() async throws {
        var configuration = StdioConfiguration()
        configuration.maximumLineBytes = 1_000
        let client = try StdioClient(TestServer.make(), configuration)
        client.send(String(repeating: "x", count: 200_000))
        client.send(Message.stateless("tools/list", id: "2"))
        let answers = await client.lines(2)
        #expect(answers.first?.at("error.code") == .integer(-32600))
        #expect(answers.last?["id"] == .integer(2))
    }
}
