// How a program has an executor of its own for tasks is no settled part of the language in Swift 6.3; nothing but the
// fuzzer depends on it.
@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency

/// Runs all tasks on the thread that waits for them, in the order in which they become ready, and lets no time pass:
/// where all sleep, the one wakes that would be first. An input then runs the same way each time, and none waits.
///
/// Not safe for threads: in the fuzzer there is one.
final class InlineExecutor: TaskExecutor, SchedulingExecutor, MainExecutor, @unchecked Sendable {
    fileprivate static let shared = InlineExecutor()

    private var ready: [UnownedJob] = []
    private var sleeping: [(end: Duration, job: UnownedJob)] = []
    private var time = Duration.zero

    /// To be called before the first task is made.
    static func takeOver() {
        _createExecutors(factory: Factory.self)
    }

    /// - Returns: what the task returns, once all tasks are done that came of it.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let box = Box<Value>()
        Task.detached { box.value = await body() }
        shared.runUntilIdle()
        guard let value = box.value else { fatalError("the task waits for something that never comes") }
        return value
    }

    func enqueue(_ job: consuming ExecutorJob) {
        ready.append(UnownedJob(job))
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob,
        after delay: C.Duration,
        tolerance: C.Duration?,
        clock: C
    ) {
        guard let delay = delay as? Duration else { fatalError("\(C.self) is unknown") }
        sleeping.append((time + delay, UnownedJob(job)))
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob,
        at instant: C.Instant,
        tolerance: C.Duration?,
        clock: C
    ) {
        enqueue(job, after: clock.now.duration(to: instant), tolerance: tolerance, clock: clock)
    }

    func run() throws {
        fatalError("nothing runs on the main executor")
    }

    func stop() {}

    private func runUntilIdle() {
        while true {
            var index = 0
            while index < ready.count {
                ready[index].runSynchronously(on: asUnownedTaskExecutor())
                index += 1
            }
            ready.removeAll(keepingCapacity: true)
            guard let first = sleeping.indices.min(by: { sleeping[$0].end < sleeping[$1].end }) else { return }
            let (end, job) = sleeping.remove(at: first)
            time = max(time, end)
            ready.append(job)
        }
    }

    /// Written and read on the one thread.
    private final class Box<Value>: @unchecked Sendable {
        var value: Value?
    }

    private enum Factory: ExecutorFactory {
        static var mainExecutor: any MainExecutor { InlineExecutor.shared }
        static var defaultExecutor: any TaskExecutor { InlineExecutor.shared }
    }
}
