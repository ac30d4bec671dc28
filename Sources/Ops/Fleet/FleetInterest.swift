internal import Synchronization

/// Who wants the fleet's figures, and how fresh: nothing is read for nobody.
final class FleetInterest: Sendable {
    enum Pace: Sendable {
        /// Somebody looks at them.
        case close
        /// A scraper takes them now and then: each worker of a fleet is scraped, and each read costs Redis.
        case loose
    }

    /// After which one who looked counts as gone.
    static let closeLifetime = Duration.seconds(60)
    /// The same of a scraper: longer than what lies between two scrapes anywhere.
    static let looseLifetime = Duration.seconds(300)
    static let closeInterval = Duration.seconds(1)
    static let looseInterval = Duration.seconds(5)

    private struct State {
        var close: ContinuousClock.Instant?
        var loose: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// - Returns: whether figures are wanted sooner than they were before.
    func want(_ pace: Pace, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            let before = Self.interval(state, now)
            switch pace {
            case .close: state.close = now
            case .loose: state.loose = now
            }
            guard let before else { return true }
            return Self.interval(state, now).map { $0 < before } ?? false
        }
    }

    /// Between two reads; nil where nobody asks.
    func interval(at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { Self.interval($0, now) }
    }

    /// Whether somebody looks at them, and not only a scraper.
    func isClose(at now: ContinuousClock.Instant = .now) -> Bool {
        interval(at: now) == Self.closeInterval
    }

    private static func interval(_ state: State, _ now: ContinuousClock.Instant) -> Duration? {
        if let close = state.close, close.duration(to: now) < closeLifetime { return closeInterval }
        if let loose = state.loose, loose.duration(to: now) < looseLifetime { return looseInterval }
        return nil
    }
}
