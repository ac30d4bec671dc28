import Glibc
import Synchronization
import Testing

@testable import Reactor

@Suite("Reactor.blocking", .serialized)
struct BlockingTests {
    @Test("What blocks runs off the loop, on a thread of its own that takes no signals")
    @Reactor
    func place() async throws {
        let (onLoop, blocksSignals) = try await Reactor.blocking {
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            return (Reactor.loop.isOnThread, sigismember(&mask, SIGPIPE) == 1 && sigismember(&mask, SIGTERM) == 1)
        }
        #expect(!onLoop)
        #expect(blocksSignals)
        #expect(Reactor.loop.isOnThread)
    }

    @Test("The loop goes on while others block; beyond the bound nothing is begun, and a thread that ends makes room")
    @Reactor
    func bound() async throws {
        let gate = Mutex(false)
        let waiting = (0..<BlockingThread.maximumThreads).map { number in
            Task { @Reactor in
                try await Reactor.blocking {
                    while !gate.withLock({ $0 }) { usleep(1_000) }
                    return number
                }
            }
        }
        var refusal: ReactorError?
        for _ in 0..<1_000 where refusal == nil {
            try await Task.sleep(for: .milliseconds(1))
            do throws(ReactorError) {
                _ = try await Reactor.blocking { 0 }
            } catch {
                refusal = error
            }
        }
        #expect(refusal?.errno == EAGAIN)
        gate.withLock { $0 = true }
        var sum = 0
        for task in waiting { sum += try await task.value }
        #expect(sum == (0..<BlockingThread.maximumThreads).reduce(0, +))
        var answer = 0
        for _ in 0..<1_000 where answer == 0 {
            answer = (try? await Reactor.blocking { 1 }) ?? 0
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(answer == 1)
    }
}
