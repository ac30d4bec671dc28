import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct JobTests {
    @Reactor
    private final class Log {
        var numbers: [Int: [Int]] = [:]
        nonisolated init() {}
    }

    @Test @Reactor func jobsOfOtherThreadsRunInTheOrderOfEachThread() async {
        let log = Log()
        let threads = 4
        let jobs = 5_000
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            for thread in 0..<threads {
                Thread.start {
                    for number in 0..<jobs {
                        Task { @Reactor in
                            log.numbers[thread, default: []].append(number)
                            let total = log.numbers.values.reduce(0) { $0 + $1.count }
                            if total == threads * jobs { continuation.resume() }
                        }
                    }
                }
            }
        }
        for thread in 0..<threads {
            #expect(log.numbers[thread] == Array(0..<jobs))
        }
    }

    @Test @Reactor func isolationIsAssumedOnTheLoopsThread() async {
        let log = Log()
        await withCheckedContinuation { continuation in
            Reactor.loop.schedule(after: .zero) {
                Self.append(7, to: log)
                continuation.resume()
            }
        }
        #expect(log.numbers == [0: [7]])
    }

    /// As a C callback: on the loop's thread, but nothing in its type says so.
    private nonisolated static func append(_ number: Int, to log: Log) {
        Reactor.assumeIsolated { log.numbers[0, default: []].append(number) }
    }

    @Test @Reactor func theLoopKnowsItsThread() async {
        #expect(Reactor.loop.isIsolatingCurrentContext() == true)
        let elsewhere = await withCheckedContinuation { continuation in
            Thread.start { continuation.resume(returning: Reactor.loop.isIsolatingCurrentContext()) }
        }
        #expect(elsewhere == false)
    }

    @Test @Reactor func preferringTheLoopKeepsNonisolatedCodeOnItsThread() async {
        #expect(await Self.isOnLoop() == false)
        let isOnLoop = await withTaskExecutorPreference(Reactor.loop) { await Self.isOnLoop() }
        #expect(isOnLoop == true)
        #expect(await Self.isOnLoop() == false)
    }

    // Asks the loop, not `pthread_self`: that one is declared to depend on nothing, so that the compiler moves it across
    // the change of threads.
    @concurrent
    private static func isOnLoop() async -> Bool? {
        Reactor.loop.isIsolatingCurrentContext()
    }

    @Reactor
    private static func yieldUntilCancelled() async {
        while !Task.isCancelled { await Task.yield() }
    }

    /// Each task is a job again as soon as it was one, so the queue of jobs never empties.
    @Test @Reactor func endlessJobsStarveNeitherDescriptorsNorTimersNorTurnEnds() async throws {
        let pipe = TestPipe()
        let handler = RecordingHandler()
        let log = Log()
        let flood = (0..<3_000).map { _ in Task { await Self.yieldUntilCancelled() } }
        let registration = try Reactor.loop.register(pipe.readEnd, for: .read, handler: handler)
        handler.onReady = { _ in pipe.drain() }
        pipe.writeByte()
        Reactor.loop.schedule(after: .milliseconds(1)) { log.numbers[0] = [] }
        Reactor.loop.atTurnEnd(handler)
        while handler.readiness.isEmpty || log.numbers.isEmpty || handler.turnsEnded == 0 { await Task.yield() }
        for task in flood { task.cancel() }
        Reactor.loop.deregister(registration)
        #expect(handler.turnsEnded == 1)
    }
}

/// A plain thread, foreign to Swift's executors.
enum Thread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(run)).toOpaque()
        let code = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context
        )
        precondition(code == 0, "no thread")
        pthread_detach(thread)
    }
}
