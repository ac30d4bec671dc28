internal import Logging
internal import Reactor

/// Says that spans are lost, and why: once, again every half minute while it goes on, and once when all is well again.
@Reactor
final class ExportLog {
    private static let repeatInterval = Duration.seconds(30)

    private let logger: Logger
    private var lastLogged: ContinuousClock.Instant?
    private var isFailing = false
    /// Not told yet.
    private var dropped = 0
    private(set) var droppedInAll = 0

    init(_ logger: Logger) {
        self.logger = logger
    }

    func drop(_ count: Int) {
        dropped += count
        droppedInAll += count
    }

    func failed(_ failure: ExportVerdict.Failure, at now: ContinuousClock.Instant = .now) {
        isFailing = true
        warn("span_export_failed", ["error": "\(failure.reason)", "hint": "\(failure.hint)"], at: now)
    }

    func succeeded(at now: ContinuousClock.Instant = .now) {
        if isFailing {
            isFailing = false
            logger.info("span_export_recovered", metadata: ["dropped": "\(dropped)"])
            dropped = 0
        } else if dropped > 0 {
            let hint = "more spans end than the collector takes in time: lower tracing.sampleRatio"
            warn("spans_dropped", ["hint": "\(hint)"], at: now)
        }
    }

    /// - Parameter left: spans that were not sent.
    func stopped(left: Int) {
        drop(left)
        guard dropped > 0 else { return }
        lastLogged = nil
        warn("spans_dropped", ["hint": "the collector did not take them before the stop"], at: .now)
    }

    private func warn(_ event: String, _ metadata: Logger.Metadata, at now: ContinuousClock.Instant) {
        if let lastLogged, now - lastLogged < Self.repeatInterval { return }
        lastLogged = now
        var metadata = metadata
        metadata["dropped"] = "\(dropped)"
        dropped = 0
        logger.warning("\(event)", metadata: metadata)
    }
}
