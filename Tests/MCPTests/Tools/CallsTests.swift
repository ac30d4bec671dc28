import JSON
import Synchronization
import Testing

@testable import MCP

@Suite(.timeLimit(.minutes(1))) struct CallsTests {
    private static let answer = Answer(MCPError(.internalError, "done"), id: nil, .v2025November)

    private func id(_ json: String) throws -> RequestID {
        var scanner = JSONScanner(Array(json.utf8))
        return try #require(try RequestID(from: &scanner))
    }

    /// Whoever waits for the calls ends the connection then, and the client may use the id as soon as it has the answer.
    @Test func whileItsAnswerIsHandedOnACallIsNeitherIdleNorInTheWay() async throws {
        let calls = Calls(maximum: 1)
        let found = Mutex<(isIdle: Bool, isEmpty: Bool)?>(nil)
        try calls.start(
            try id("1"),
            { Self.answer },
            reply: { _ in found.withLock { $0 = (calls.isIdle, calls.isEmpty) } }
        )
        await calls.waitUntilIdle(atMost: .seconds(30))
        let (wasIdle, wasEmpty) = try #require(found.withLock { $0 })
        #expect(!wasIdle)
        #expect(wasEmpty)
        #expect(calls.isIdle)
    }

    @Test func theWaitIsOverWhenItsTimeIs() async throws {
        let calls = Calls(maximum: 1)
        let isCancelled = Latch()
        try calls.start(
            try id("1"),
            {
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
                return Self.answer
            },
            reply: { answer in
                if case .none = answer { isCancelled.open() }
            }
        )
        await calls.waitUntilIdle(atMost: .milliseconds(5))
        #expect(!calls.isEmpty)
        calls.close()
        await calls.waitUntilIdle(atMost: .seconds(30))
        #expect(calls.isEmpty)
        await isCancelled.wait()
    }
}
