import Logging
import Settings
import Synchronization

/// Where all log handlers of the process write: standard error, one whole line a call, limited in number.
final class LogOutput: Sendable {
    private let limiter: Mutex<LogLimiter>
    private let format: LoggingSettings.Format
    private let mask: LogMask
    private let write: @Sendable (String) -> Void

    init(
        _ settings: LoggingSettings,
        mask: LogMask = LogMask(secrets: []),
        write: @escaping @Sendable (String) -> Void = StandardError.write
    ) {
        limiter = Mutex(LogLimiter(maximumPerSecond: settings.maximumRepeatsPerSecond))
        format = settings.format
        self.mask = mask
        self.write = write
    }

    /// Makes this the output of every `Logger` of the process. Once only, before the first of them is made.
    static func start(_ settings: Settings) {
        let output = LogOutput(settings.logging, mask: LogMask(secrets: settings.secretTexts))
        let level = Logger.Level(rawValue: settings.logging.level.rawValue) ?? .info
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, level: level, output: output) }
    }

    func log(_ event: LogEvent, logger: String, metadata: Logger.Metadata) {
        let time = LogTime.now
        let message = event.message.description
        let suppressed = limiter.withLock { $0.admit("\(event.level) \(message)", second: time.seconds) }
        guard let suppressed else { return }
        var metadata = metadata
        if suppressed > 0 { metadata["suppressed"] = .stringConvertible(suppressed) }
        let line = LogLine(
            time: time,
            level: event.level,
            logger: logger,
            event: mask.masked(event: message),
            metadata: mask.masked(metadata)
        )
        write(format == .json ? line.json : line.text)
    }
}
