import Glibc
import Testing

@testable import Reactor

@Suite(.timeLimit(.minutes(1)))
struct DescriptorTests {
    private let loop = Reactor.loop

    @Reactor
    private final class Registrations {
        var list: [Registration] = []
        nonisolated init() {}

        func deregister() {
            for registration in list { Reactor.loop.deregister(registration) }
        }
    }

    @Test @Reactor func aReadyDescriptorIsReportedUntilItIsServed() async throws {
        let pipe = TestPipe()
        let handler = RecordingHandler()
        let registration = try loop.register(pipe.readEnd, for: .read, handler: handler)
        await passTurns()
        #expect(handler.readiness.isEmpty)

        pipe.writeByte()
        #expect(await eventually { handler.readiness.count >= 3 })
        #expect(handler.readiness.allSatisfy { $0 == .read })
        pipe.drain()
        let told = handler.readiness.count
        await passTurns()
        #expect(handler.readiness.count <= told + 1)

        loop.deregister(registration)
    }

    @Test @Reactor func interestCanBeChanged() async throws {
        let pipe = TestPipe()
        let handler = RecordingHandler()
        let registration = try loop.register(pipe.writeEnd, for: .write, handler: handler)
        #expect(await eventually { handler.readiness.contains(.write) })

        try loop.modify(registration, for: [])
        await passTurns()
        let told = handler.readiness.count
        await passTurns()
        #expect(handler.readiness.count == told)

        try loop.modify(registration, for: .write)
        #expect(await eventually { handler.readiness.count > told })
        loop.deregister(registration)
    }

    @Test @Reactor func aHangupIsReportedUnasked() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let handler = RecordingHandler()
        let registration = try loop.register(ends[0], for: [], handler: handler)
        close(ends[1])
        #expect(await eventually { handler.readiness.contains(.hangup) })
        loop.deregister(registration)
        close(ends[0])
    }

    @Test @Reactor func nothingIsReportedAfterDeregistering() async throws {
        let pipe = TestPipe()
        let handler = RecordingHandler()
        let registration = try loop.register(pipe.readEnd, for: .read, handler: handler)
        loop.deregister(registration)
        loop.deregister(registration)
        pipe.writeByte()
        await passTurns()
        #expect(handler.readiness.isEmpty)
    }

    /// Both are ready in one turn; whichever is told first deregisters both.
    @Test @Reactor func deregisteringWithinAHandlerSilencesEventsOfTheSameTurn() async throws {
        let pipes = [TestPipe(), TestPipe()]
        let handlers = [RecordingHandler(), RecordingHandler()]
        let registrations = Registrations()
        for pipe in pipes { pipe.writeByte() }
        for (pipe, handler) in zip(pipes, handlers) {
            registrations.list.append(try loop.register(pipe.readEnd, for: .read, handler: handler))
            handler.onReady = { _ in registrations.deregister() }
        }
        await passTurns()
        #expect(handlers.map(\.readiness.count).reduce(0, +) == 1)
    }

    /// The slot is taken again at once: the event of its past owner, in the same turn, must not reach the new one.
    @Test @Reactor func anEventOfThePastDoesNotReachTheSlotsNewOwner() async throws {
        let pipes = [TestPipe(), TestPipe()]
        let quiet = [TestPipe(), TestPipe()]
        let newcomer = RecordingHandler()
        let registrations = Registrations()
        let newRegistrations = Registrations()
        for pipe in pipes { pipe.writeByte() }
        for pipe in pipes {
            let handler = RecordingHandler()
            registrations.list.append(try loop.register(pipe.readEnd, for: .read, handler: handler))
            handler.onReady = { _ in
                registrations.deregister()
                for pipe in quiet {
                    let new = try? Reactor.loop.register(pipe.readEnd, for: .read, handler: newcomer)
                    if let new { newRegistrations.list.append(new) }
                }
            }
        }
        await passTurns()
        #expect(Set(newRegistrations.list.map(\.slot)) == Set(registrations.list.map(\.slot)))
        #expect(newcomer.readiness.isEmpty)

        quiet[0].writeByte()
        #expect(await eventually { !newcomer.readiness.isEmpty })
        newRegistrations.deregister()
    }

    /// The kernel gives a closed descriptor's number to the next one: changing the past one's interest must not take the
    /// events of its successor away.
    @Test @Reactor func aStaleRegistrationCannotBeModified() async throws {
        let pipe = TestPipe()
        let stale = try loop.register(pipe.readEnd, for: .read, handler: RecordingHandler())
        loop.deregister(stale)
        let handler = RecordingHandler()
        let current = try loop.register(pipe.readEnd, for: .read, handler: handler)
        #expect(throws: ReactorError.self) { try loop.modify(stale, for: .read) }
        loop.deregister(stale)
        pipe.writeByte()
        #expect(await eventually { !handler.readiness.isEmpty })
        loop.deregister(current)
    }

    @Test @Reactor func aRefusedRegistrationThrowsAndLeavesNothing() throws {
        #expect(throws: ReactorError.self) {
            try loop.register(-1, for: .read, handler: RecordingHandler())
        }
        weak var handler: RecordingHandler?
        do {
            let refused = RecordingHandler()
            handler = refused
            _ = try? loop.register(-1, for: .read, handler: refused)
        }
        #expect(handler == nil)
    }

    @Test @Reactor func theErrorNamesTheCall() {
        #expect("\(ReactorError(call: "epoll_ctl", errno: EBADF))" == "epoll_ctl failed: Bad file descriptor")
    }
}
