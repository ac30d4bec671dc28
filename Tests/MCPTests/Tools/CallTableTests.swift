import JSON
import Testing

@testable import MCP

@Suite struct CallTableTests {
    /// What is done with the request of that id and serial number, and what comes of it.
    private enum Step {
        case begin(String, Int?)
        case beginEndless(String, Int?)
        /// Whether it was cancelled before.
        case attach(String, Int, Bool)
        /// Whether there is a task to cancel.
        case cancel(String, Bool)
        /// Whether it is to be answered.
        case end(String, Int, Bool)
        case leave
        case idle(Bool)
        case empty(Bool)
    }

    private func id(_ json: String) throws -> RequestID {
        var scanner = JSONScanner(Array(json.utf8))
        return try #require(try RequestID(from: &scanner))
    }

    private func run(_ steps: [Step]) throws {
        var table = CallTable(maximum: 2)
        for step in steps {
            let isAsExpected =
                switch step {
                case .begin(let id, let serial): try? table.begin(try self.id(id)).get() == serial
                case .beginEndless(let id, let serial):
                    try? table.begin(try self.id(id), isEndless: true).get() == serial
                case .attach(let id, let serial, let expected):
                    table.attach(Task {}, to: try self.id(id), serial) == expected
                case .cancel(let id, let expected): (table.cancel(try self.id(id)) != nil) == expected
                case .end(let id, let serial, let expected): table.end(try self.id(id), serial) == expected
                case .leave: table.leave(isEndless: false) == ()
                case .idle(let expected): table.isIdle == expected
                case .empty(let expected): table.isEmpty == expected
                }
            #expect(isAsExpected ?? Self.isRefused(step), "\(step)")
        }
    }

    private static func isRefused(_ step: Step) -> Bool {
        switch step {
        case .begin(_, nil), .beginEndless(_, nil): true
        default: false
        }
    }

    @Test func anIdIsUsedOnceAtATime() throws {
        try run([
            .begin("1", 1), .begin("1", nil), .begin(#""1""#, 2), .begin("2", nil), .end("1", 1, true), .begin("1", 3),
        ])
    }

    @Test func refusalsSayWhy() throws {
        var table = CallTable(maximum: 1)
        _ = table.begin(try id("1"))
        let (duplicate, tooMany) = (table.begin(try id("1")), table.begin(try id("2")))
        #expect(duplicate == .failure(.init(.duplicate)))
        #expect(tooMany == .failure(.init(.tooMany)))
    }

    @Test func whatIsCancelledIsNotAnswered() throws {
        try run([
            .begin("1", 1), .attach("1", 1, false), .cancel("1", true), .cancel("2", false), .end("1", 1, false),
            .empty(true),
        ])
    }

    @Test func aCancellationMayComeBeforeTheTaskIsKnown() throws {
        try run([.begin("1", 1), .cancel("1", false), .attach("1", 1, true), .end("1", 1, false)])
    }

    @Test func aLateAttachmentReachesNoOtherCall() throws {
        try run([
            .begin("1", 1), .end("1", 1, true), .begin("1", 2), .attach("1", 1, false), .cancel("1", false),
            .end("1", 1, false), .empty(false), .end("1", 2, false), .empty(true),
        ])
    }

    @Test func whatDoesNotEndByItselfIsNoWork() throws {
        try run([
            .beginEndless("1", 1), .idle(true), .empty(false), .begin("2", 2), .idle(false), .end("2", 2, true),
            .leave, .idle(true), .end("1", 1, true), .empty(true),
        ])
    }

    @Test func anIdIsFreeBeforeItsAnswerIsHandedOn() throws {
        try run([
            .begin("1", 1), .end("1", 1, true), .empty(true), .idle(false), .begin("1", 2), .leave, .idle(false),
            .end("1", 2, true), .leave, .idle(true),
        ])
    }

    @Test func aCloseCancelsAllAndLetsNoneBegin() throws {
        var table = CallTable(maximum: 2)
        _ = table.begin(try id("1"))
        _ = table.begin(try id("2"))
        _ = table.attach(Task {}, to: try id("2"), 2)
        let tasks = table.close()
        let answered = [table.end(try id("1"), 1), table.end(try id("2"), 2)]
        #expect(tasks.count == 1)
        #expect(answered == [false, false])
        let late = table.begin(try id("3"))
        #expect(late == .failure(.init(.closed)))
    }
}
