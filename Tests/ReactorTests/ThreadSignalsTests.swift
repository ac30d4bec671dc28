import Glibc
import Testing

@testable import Reactor

@Suite("Threads: signals")
struct ThreadSignalsTests {
    private static let faults = [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS]
    private static let others = [SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGWINCH]

    @Test("The reactor's thread takes the signals of its own faults and no others")
    @Reactor
    func reactor() {
        expectFaultsAlone()
    }

    @Test("So does a thread for what blocks")
    func blocking() async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            do {
                try BlockingThread.start {
                    expectFaultsAlone()
                    done.resume()
                }
            } catch {
                done.resume(throwing: error)
            }
        }
    }

    private nonisolated func expectFaultsAlone() {
        var blocked = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &blocked)
        #expect(Self.faults.filter { sigismember(&blocked, $0) == 1 } == [])
        #expect(Self.others.filter { sigismember(&blocked, $0) == 0 } == [])
    }
}
