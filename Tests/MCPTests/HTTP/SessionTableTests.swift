import JSON
import Testing

@testable import MCP

@Suite struct SessionTableTests {
    /// What is done in which second, and whether it succeeds.
    private enum Step {
        case open(String, Int, Bool)
        case use(String, String, Int, Bool)
        case close(String, Int, Bool)
    }

    private let session = Session(.v2025November, owner: "a", maximumCalls: 10)

    private func run(_ steps: [Step], maximum: Int = 10) -> SessionTable {
        let start = ContinuousClock.now
        var table = SessionTable(maximum: maximum, idleTimeout: .seconds(3_600))
        for step in steps {
            let (succeeded, expected) =
                switch step {
                case .open(let id, let second, let expected):
                    (table.open(session, id: id, at: start + .seconds(second)), expected)
                case .use(let id, let owner, let second, let expected):
                    (table.use(id, owner: owner, at: start + .seconds(second)) != nil, expected)
                case .close(let id, let second, let expected):
                    (table.close(id, owner: "a", at: start + .seconds(second)) != nil, expected)
                }
            #expect(succeeded == expected, "\(step)")
        }
        return table
    }

    @Test func anIdleSessionEnds() {
        let table = run([
            .open("1", 0, true), .use("1", "a", 3_599, true), .use("1", "b", 3_599, false),
            // It was used since it was opened.
            .use("1", "a", 7_198, true), .use("1", "a", 10_798, false), .use("1", "a", 10_798, false),
        ])
        #expect(table.count == 0)
    }

    @Test func aSessionThatIsWorkedInIsNotIdle() async throws {
        var scanner = JSONScanner(Array("1".utf8))
        let id = try #require(try RequestID(from: &scanner))
        let latch = Latch()
        try session.calls.start(
            id,
            {
                await latch.wait()
                return Answer(MCPError(.internalError, "done"), id: nil, .v2025November)
            },
            reply: { _ in }
        )
        _ = run([
            .open("1", 0, true), .use("1", "a", 4_000, true), .open("2", 8_000, true), .use("1", "a", 8_000, true),
        ])
        latch.open()
        await session.calls.waitUntilIdle(atMost: .seconds(10))
        _ = run([.open("1", 0, true), .use("1", "a", 4_000, false)])
    }

    @Test func whatIsOverIsSweptWhenOthersAreOpened() {
        let opened = (0..<5).map { Step.open("\($0)", 0, true) }
        #expect(run(opened + [.open("5", 3_599, true)]).count == 6)
        #expect(run(opened + [.open("5", 3_600, true)]).count == 1)
    }

    @Test func theLongestIdleMakesRoomButNoneThatWasUsedLately() {
        let table = run(
            [
                .open("1", 0, true), .open("2", 10, true), .open("3", 59, false), .use("1", "a", 65, true),
                .open("3", 69, false), .open("3", 70, true), .use("2", "a", 70, false), .use("1", "a", 70, true),
            ],
            maximum: 2
        )
        #expect(table.count == 2)
    }

    /// One who opens sessions without end takes the room of no other.
    @Test func whoHasTheMostSessionsMakesRoom() {
        let now = ContinuousClock.now
        var table = SessionTable(maximum: 4, idleTimeout: .seconds(3_600))
        let other = Session(.v2025November, owner: "b", maximumCalls: 10)
        // Used by its owner for the last time, long before the flood.
        var opened = [table.open(other, id: "b", at: now)]
        for second in 100..<103 { opened.append(table.open(session, id: "\(second)", at: now + .seconds(second))) }
        #expect(opened == [true, true, true, true])
        // Of its own there is none that it has not used lately.
        let isFlooded = table.open(session, id: "103", at: now + .seconds(103))
        #expect(!isFlooded)
        // One of the flood's goes, the oldest, lately as it was opened.
        let isOpened = table.open(other, id: "c", at: now + .seconds(104))
        #expect(isOpened)
        // Both have as many: it is one's own that goes, and none that is in use.
        let isUsed = table.use("b", owner: "b", at: now + .seconds(104)) != nil
        #expect(isUsed)
        let isRefused = table.open(other, id: "d", at: now + .seconds(105))
        #expect(!isRefused)
        let found = [("b", "b"), ("c", "b"), ("100", "a"), ("101", "a"), ("102", "a")].map { id, owner in
            table.use(id, owner: owner, at: now + .seconds(106)) != nil
        }
        #expect(found == [true, true, false, true, true])
        let isLate = table.open(session, id: "e", at: now + .seconds(300))
        #expect(isLate)
        let isOthersLeft = table.use("b", owner: "b", at: now + .seconds(300)) != nil
        #expect(isOthersLeft)
        #expect(table.count == 4)
    }

    @Test func aClosedSessionIsGone() {
        #expect(
            run([.open("1", 0, true), .close("2", 1, false), .close("1", 1, true), .close("1", 1, false)]).count == 0
        )
    }

    @Test func idsAreNeverTheSame() {
        let ids = Set((0..<1_000).map { _ in SessionTable.newID() })
        #expect(ids.count == 1_000)
        #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }
}
