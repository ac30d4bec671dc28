import Glibc
import Synchronization
import Testing

@testable import MCP

@Suite(.timeLimit(.minutes(1))) struct StdioPipeTests {
    private static func makePipe() throws -> StdioPipe {
        // Nobody reads or writes it here.
        try StdioPipe(input: -1, output: -1)
    }

    @Test func whatMayBeLeftOutIsWhereMuchIsUnread() throws {
        let pipe = try Self.makePipe()
        for (bytes, limit, count) in [(9, 10, 10), (9, 10, 10), (9, .max, 20), (0, 21, 21), (0, 21, 21)] {
            pipe.send([UInt8](repeating: 0x78, count: bytes), unlessUnread: limit)
            let unread = pipe.state.withLock { $0.outbox.count }
            #expect(unread == count)
        }
    }

    /// Its thread hangs in a call, or there is none as here.
    @Test func theEndIsNotWaitedForForEver() async throws {
        let pipe = try Self.makePipe()
        await pipe.close(within: .milliseconds(5))
        let deadline = pipe.state.withLock { $0.deadline }
        #expect(deadline != nil)
    }

    /// A fault on the thread must be told as on every other.
    @Test func signalsAreForOtherThreadsButFaultsAreNot() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(Glibc.pipe(&ends) == 0)
        let pipe = try StdioPipe(input: ends[0], output: ends[1])
        let blocked = Mutex<Set<Int32>>([])
        let signals = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGPIPE, SIGTERM, SIGINT]
        try pipe.start(LineBuffer(maximumBytes: 10), maximumUnread: 10) { _ in
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            blocked.withLock { $0 = Set(signals.filter { sigismember(&mask, $0) == 1 }) }
        }
        // Its output is its input.
        pipe.send([0x78])
        await Probe.eventually { blocked.withLock { !$0.isEmpty } }
        let found = blocked.withLock { $0 }
        #expect(found == [SIGPIPE, SIGTERM, SIGINT])
        await pipe.close(within: .seconds(10))
        for end in ends { Glibc.close(end) }
    }
}
