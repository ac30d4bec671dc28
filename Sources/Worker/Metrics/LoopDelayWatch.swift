internal import CoreMetrics
internal import Reactor

/// Measures how late the event loop comes to what is due, with a timer of its own: while a turn of the loop takes long,
/// all sockets wait. Five a second, which an idle worker does not notice.
@Reactor
final class LoopDelayWatch {
    private static let interval = Duration.milliseconds(200)

    private let timer: Timer
    private var lastMinute = LastMinute<LatencyCounts>()
    private var next: TimerToken?

    init(_ timer: Timer) {
        self.timer = timer
    }

    func start() {
        let due = ContinuousClock.now + Self.interval
        next = Reactor.loop.schedule(at: due) { [weak self] in self?.came(due) }
    }

    func stop() {
        if let next { Reactor.loop.cancel(next) }
        next = nil
    }

    /// In microseconds.
    func delays(at now: ContinuousClock.Instant) -> LatencyCounts { lastMinute.total(at: now) }

    private func came(_ due: ContinuousClock.Instant) {
        let delay = due.duration(to: .now).wholeNanoseconds
        timer.recordNanoseconds(delay)
        lastMinute.current.record(Int(delay / 1_000))
        start()
    }
}
