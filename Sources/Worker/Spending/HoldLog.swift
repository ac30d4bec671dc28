internal import Logging
internal import Reactor

/// Says once that calls are held back, and once that none has been for a while: holding back comes and goes by the second.
@Reactor
final class HoldLog {
    private static let calm = Duration.seconds(10)

    private let outage: OutageLog
    private var last: ContinuousClock.Instant?

    init(logger: Logger, level: Logger.Level, failureEvent: String, recoveryEvent: String) {
        outage = OutageLog(logger: logger, level: level, failureEvent: failureEvent, recoveryEvent: recoveryEvent)
    }

    /// Why calls are held back, nil where none has been for a while.
    var current: String? {
        guard let last, last + Self.calm > .now else { return nil }
        return outage.current
    }

    func held(_ why: String, code: String, hint: String) {
        last = .now
        outage.failed(why, code: code, hint: hint)
    }

    /// A call went out.
    func passed() {
        guard let last, last + Self.calm <= .now else { return }
        self.last = nil
        outage.recovered()
    }
}
