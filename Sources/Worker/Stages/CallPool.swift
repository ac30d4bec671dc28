internal import Reactor

/// The tasks of a stage: one for each call that may be out at once.
@Reactor
final class CallPool {
    let concurrency: Int
    private let idle = IdleWorkers()
    private(set) var callsInFlight = 0

    init(concurrency: Int) {
        self.concurrency = concurrency
    }

    /// Something was submitted, or may go out now.
    func wakeOne() { idle.wakeOne() }

    func wakeAll() { idle.wakeAll() }

    func wakeOne(at instant: ContinuousClock.Instant) {
        Reactor.loop.schedule(at: instant) { [idle] in idle.wakeOne() }
    }

    /// Runs until it is cancelled.
    ///
    /// - Parameters:
    ///   - take: the next call; nil while nothing may go out or nothing waits. Asked again after each waking.
    func run<Call>(
        take: @escaping @Reactor () -> Call?,
        carryOut: @escaping @Reactor (Call) async -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<concurrency {
                group.addTask(executorPreference: Reactor.loop) { await self.work(take, carryOut) }
            }
        }
    }

    private func work<Call>(_ take: @Reactor () -> Call?, _ carryOut: @Reactor (Call) async -> Void) async {
        while !Task.isCancelled {
            guard let call = take() else {
                await idle.wait()
                continue
            }
            callsInFlight += 1
            // There may be more than fits one call.
            idle.wakeOne()
            await carryOut(call)
            callsInFlight -= 1
        }
    }
}
