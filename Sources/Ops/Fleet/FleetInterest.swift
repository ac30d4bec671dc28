internal import Synchronization

/// Who wants the fleet's figures, and how fresh: nothing is read for nobody.
final class FleetInterest: Sendable {
    enum Pace: Sendable {
        /// Somebody looks at them.
        case close
        /// A scraper takes them now and then: each worker of a fleet is scraped, and each read costs Redis.
        case loose
    }

    /// After which one who asked counts as gone. Longer than the minute that lies between two scrapes by default.
    static let lifetime = Duration.seconds(90)
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

    private static func interval(_ state: State, _ now: ContinuousClock.Instant) -> Duration? {
        let isRecent = { (instant: ContinuousClock.Instant?) in
            instant.map { $0.duration(to: now) < lifetime } ?? false
        }
        if isRecent(state.close) { return closeInterval }
        return isRecent(state.loose) ? looseInterval : nil
    }
}
