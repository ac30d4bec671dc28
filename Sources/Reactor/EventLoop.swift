internal import CLinux
internal import Glibc
internal import Synchronization

/// One thread that waits in epoll and runs Swift jobs: the serial executor behind `@Reactor`, and a task executor, so
/// that `withTaskExecutorPreference(Reactor.loop)` keeps nonisolated code here where a hop would cost more than it does.
///
/// A turn of the loop: descriptor events, due timers, jobs (at most `maximumJobsPerTurn`, so that sockets are never
/// starved), then the turn-end handlers, which write out what the turn produced.
// @unchecked Sendable: `inbox` is behind its mutex, `thread` is written before the loop's thread starts to run jobs;
// everything else is reached through `@Reactor` functions, that is on the loop's thread only.
package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var isSignalled = false
    }

    private struct Slot {
        var generation: UInt32 = 0
        // The loop holds a handler strongly between register and deregister: its owner deregisters on close.
        var handler: (any ReadinessHandler)?
    }

    private static let maximumEventsPerTurn = 256
    private static let maximumJobsPerTurn = 1_024

    private let epoll: Int32
    private let wakeup: Int32
    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)

    // As long-lived as the loop: never freed.
    private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: maximumEventsPerTurn)
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    private var timers = TimerQueue()
    private var turnEndHandlers: [any TurnEndHandler] = []
    private var jobs: [UnownedJob] = []
    private var firstJob = 0

    private static let wakeupToken = UInt64.max

    private init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        // Without these two there is no process to speak of: out of descriptors or memory at the very start.
        precondition(epoll >= 0 && wakeup >= 0, "epoll_create1 or eventfd failed: \(String(cString: strerror(errno)))")
        var event = memoir_epoll_event(EPOLLIN.rawValue, Self.wakeupToken)
        precondition(epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, &event) == 0, "epoll_ctl of the wake-up descriptor failed")
    }

    static func start() -> EventLoop {
        let loop = EventLoop()
        var handle = pthread_t()
        // Retained for ever: the loop lives as long as the process.
        let context = Unmanaged.passRetained(loop).toOpaque()
        let result = pthread_create(
            &handle,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<EventLoop>.fromOpaque(context).takeUnretainedValue().main()
                return nil
            },
            context
        )
        precondition(result == 0, "pthread_create failed: \(String(cString: strerror(result)))")
        return loop
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isSignalled = true }
            return !inbox.isSignalled
        }
        // On the loop's own thread the inbox is looked at before the loop sleeps, so only others ring.
        if mustWake && !isOnThread { ring() }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    package func checkIsolated() {
        precondition(isOnThread, "called off the reactor's thread")
    }

    package func isIsolatingCurrentContext() -> Bool? {
        isOnThread
    }

    var isOnThread: Bool {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    private func ring() {
        var one: UInt64 = 1
        // A full counter (EAGAIN) means that a wake-up is already due.
        _ = write(wakeup, &one, 8)
    }

    // MARK: Descriptors

    /// Watches `descriptor` until `deregister`. The descriptor must be non-blocking; it stays the caller's to close,
    /// after deregistering.
    @Reactor
    package func register(
        _ descriptor: Int32,
        for interest: Readiness,
        handler: any ReadinessHandler
    ) throws(ReactorError) -> Registration {
        let slot = freeSlots.popLast() ?? appendSlot()
        slots[Int(slot)].handler = handler
        let registration = Registration(
            slot: slot,
            generation: slots[Int(slot)].generation,
            descriptor: descriptor
        )
        do throws(ReactorError) {
            try control(EPOLL_CTL_ADD, registration, interest)
        } catch {
            release(slot)
            throw error
        }
        return registration
    }

    /// Refused after `deregister`: the descriptor's number may be another owner's by then.
    @Reactor
    package func modify(_ registration: Registration, for interest: Readiness) throws(ReactorError) {
        guard isCurrent(registration) else { throw ReactorError(call: "epoll_ctl", errno: ENOENT) }
        try control(EPOLL_CTL_MOD, registration, interest)
    }

    /// Harmless on a descriptor that was closed already (C libraries close theirs when they like).
    @Reactor
    package func deregister(_ registration: Registration) {
        guard isCurrent(registration) else { return }
        var unused = memoir_epoll_event(0, 0)
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, registration.descriptor, &unused)
        release(registration.slot)
    }

    @Reactor
    private func appendSlot() -> UInt32 {
        slots.append(Slot())
        return UInt32(slots.count - 1)
    }

    @Reactor
    private func release(_ slot: UInt32) {
        slots[Int(slot)].handler = nil
        slots[Int(slot)].generation &+= 1
        freeSlots.append(slot)
    }

    @Reactor
    private func isCurrent(_ registration: Registration) -> Bool {
        slots[Int(registration.slot)].generation == registration.generation
    }

    @Reactor
    private func control(
        _ operation: Int32,
        _ registration: Registration,
        _ interest: Readiness
    ) throws(ReactorError) {
        var event = memoir_epoll_event(interest.epollEvents, registration.token)
        guard epoll_ctl(epoll, operation, registration.descriptor, &event) != 0 else { return }
        throw ReactorError(call: "epoll_ctl", errno: errno)
    }

    // MARK: Timers

    /// Calls `action` once, not before `delay` has passed.
    @Reactor
    @discardableResult
    package func schedule(after delay: Duration, _ action: @escaping @Reactor () -> Void) -> TimerToken {
        timers.schedule(at: ContinuousClock.now + delay, action)
    }

    @Reactor
    @discardableResult
    package func schedule(
        at deadline: ContinuousClock.Instant,
        _ action: @escaping @Reactor () -> Void
    ) -> TimerToken {
        timers.schedule(at: deadline, action)
    }

    /// Whether the timer was still to fire.
    @Reactor
    @discardableResult
    package func cancel(_ token: TimerToken) -> Bool {
        timers.cancel(token)
    }

    // MARK: The turn

    /// Calls `handler` once when this turn ends. The caller enrols at most once a turn.
    @Reactor
    package func atTurnEnd(_ handler: any TurnEndHandler) {
        turnEndHandlers.append(handler)
    }

    private func main() {
        ThreadSignals.block()
        memoir_name_thread("reactor")
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while true {
            Reactor.assumeIsolated { self.turn() }
        }
    }

    @Reactor
    private func turn() {
        let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), waitMilliseconds())
        for index in 0..<max(0, Int(count)) {
            dispatch(events[index])
        }
        // One look at the clock: a timer that is set anew by what it does waits for the next turn.
        let now = ContinuousClock.now
        while let action = timers.popDue(at: now) {
            action()
        }
        runJobs()
        flush()
    }

    @Reactor
    private func dispatch(_ event: epoll_event) {
        var event = event
        let token = memoir_epoll_token(&event)
        guard token != Self.wakeupToken else {
            var counter: UInt64 = 0
            _ = read(wakeup, &counter, 8)
            return
        }
        let slot = Int(token & 0xffff_ffff)
        let generation = UInt32(token >> 32)
        guard slots[slot].generation == generation, let handler = slots[slot].handler else { return }
        handler.descriptorReady(Readiness(epollEvents: event.events))
    }

    /// Jobs may enqueue jobs: they run in this turn too, up to the bound. What is left over runs in the next turn,
    /// which then does not sleep.
    @Reactor
    private func runJobs() {
        var budget = Self.maximumJobsPerTurn
        while budget > 0 && takeJobs() {
            while firstJob < jobs.count && budget > 0 {
                let job = jobs[firstJob]
                firstJob += 1
                budget -= 1
                job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(),
                    taskExecutor: asUnownedTaskExecutor()
                )
            }
        }
    }

    /// Whether there is a job to run. Clears the signal only when it has seen the inbox empty or emptied it.
    @Reactor
    private func takeJobs() -> Bool {
        if firstJob < jobs.count { return true }
        jobs.removeAll(keepingCapacity: true)
        firstJob = 0
        inbox.withLock { inbox in
            swap(&inbox.jobs, &jobs)
            inbox.isSignalled = false
        }
        return !jobs.isEmpty
    }

    @Reactor
    private func flush() {
        guard !turnEndHandlers.isEmpty else { return }
        let handlers = turnEndHandlers
        turnEndHandlers.removeAll(keepingCapacity: true)
        for handler in handlers {
            handler.turnEnded()
        }
    }

    /// 0 while there is work, -1 (for ever) when only a descriptor or a wake-up can bring some. Rounded up, so that a
    /// timer is never found a fraction too early, which would spin.
    @Reactor
    private func waitMilliseconds() -> Int32 {
        let hasJobs = firstJob < jobs.count || inbox.withLock { !$0.jobs.isEmpty }
        if hasJobs || !turnEndHandlers.isEmpty { return 0 }
        guard let deadline = timers.earliest() else { return -1 }
        let wait = ContinuousClock.now.duration(to: deadline)
        guard wait > .zero else { return 0 }
        let (seconds, attoseconds) = wait.components
        let milliseconds = seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(min(milliseconds, 3_600_000))
    }
}
