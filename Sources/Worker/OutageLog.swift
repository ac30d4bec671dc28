internal import Logging
internal import Reactor

/// Says once that a service is away, again every half minute while it stays away, and once that it is back: never a line
/// for each attempt.
@Reactor
final class OutageLog {
    private static let repeatInterval = Duration.seconds(30)

    private let logger: Logger
    private let level: Logger.Level
    private let failureEvent: String
    private let recoveryEvent: String
    private var since: ContinuousClock.Instant?
    private var lastLogged: ContinuousClock.Instant?
    private var lastError = ""
    /// Whether this outage has been logged. One that is over within a second of the last line never is.
    private var isLogged = false

    /// - Parameter level: of a failure's line.
    init(logger: Logger, level: Logger.Level = .error, failureEvent: String, recoveryEvent: String) {
        self.logger = logger
        self.level = level
        self.failureEvent = failureEvent
        self.recoveryEvent = recoveryEvent
    }

    /// What is wrong now, nil while nothing is.
    var current: String? { since == nil ? nil : lastError }

    /// - Parameters:
    ///   - code: stable, for programs.
    ///   - hint: what a person can do about it.
    func failed(_ error: String, code: String, hint: String) {
        let now = ContinuousClock.now
        let began = since ?? now
        since = began
        let isNew = error != lastError
        lastError = error
        if let lastLogged {
            let age = lastLogged.duration(to: now)
            if isLogged && !isNew && age < Self.repeatInterval { return }
            // A cause that changes, or a service that comes and goes, is not worth more than a line a second.
            if age < .seconds(1) { return }
        }
        lastLogged = now
        isLogged = true
        logger.log(
            level: level,
            "\(failureEvent)",
            metadata: [
                "error": "\(error)", "code": "\(code)", "hint": "\(hint)",
                "for_s": "\(began.duration(to: now).components.seconds)",
            ]
        )
    }

    func recovered() {
        guard let since else { return }
        self.since = nil
        lastError = ""
        guard isLogged else { return }
        isLogged = false
        let away = since.duration(to: ContinuousClock.now).components.seconds
        logger.info("\(recoveryEvent)", metadata: ["after_s": "\(away)"])
    }
}
