internal import Reactor

/// When a batch is taken, sent, sent again or given up. Pure: the exporter carries out what it answers.
///
/// A batch that failed stays in hand until it is accepted, refused or given up; meanwhile others wait in the queue.
struct ExportSchedule {
    typealias Instant = ContinuousClock.Instant

    enum Step: Equatable {
        /// A batch from the queue, then send it.
        case take
        /// The batch in hand, again.
        case sendAgain
        /// Until then, or until something changes; nil where only that is left to wait for.
        case wait(until: Instant?)
        case finish
    }

    enum Consequence: Equatable {
        /// The batch in hand is done with.
        case done
        case again
        case givenUp
    }

    private let configuration: ExportConfiguration
    private let batchSize: Int
    /// Of the batch in hand; 0 where there is none.
    private var attempts = 0
    private var failuresInRow = 0
    private var notBefore: Instant?
    /// When those that wait now are sent though they fill no batch.
    private var due: Instant?
    private var isStopping = false
    private var isOver = false

    init(_ configuration: ExportConfiguration, batchSize: Int) {
        self.configuration = configuration
        self.batchSize = batchSize
    }

    /// - Parameter waiting: spans in the queue.
    mutating func next(waiting: Int, now: Instant) -> Step {
        if isOver { return .finish }
        if let notBefore {
            guard notBefore <= now else { return .wait(until: notBefore) }
            self.notBefore = nil
        }
        if attempts > 0 { return .sendAgain }
        guard waiting > 0 else {
            due = nil
            return isStopping ? .finish : .wait(until: nil)
        }
        let due = due ?? now + configuration.interval
        self.due = due
        guard isStopping || waiting >= batchSize || due <= now else { return .wait(until: due) }
        self.due = nil
        return .take
    }

    mutating func ended(_ verdict: ExportVerdict, now: Instant) -> Consequence {
        switch verdict {
        case .accepted:
            failuresInRow = 0
            attempts = 0
            return .done
        case .refused:
            attempts = 0
            return .givenUp
        case .cancelled:
            isOver = true
            return .givenUp
        case .passing(_, let retryAfter):
            return failed(retryAfter: retryAfter, now: now)
        }
    }

    /// Sends what is there, and finishes. A batch in hand gets one more attempt, at once.
    mutating func stop() {
        isStopping = true
        notBefore = nil
        attempts = min(attempts, 1)
    }

    private mutating func failed(retryAfter: Duration?, now: Instant) -> Consequence {
        attempts += 1
        failuresInRow += 1
        let asked = retryAfter.map { min($0, configuration.maximumRetryAfter) }
        notBefore = now + max(asked ?? .zero, configuration.backoff.wait(afterFailures: failuresInRow))
        let maximum = isStopping ? configuration.maximumAttemptsAtStop : configuration.maximumAttempts
        guard attempts >= maximum else { return .again }
        attempts = 0
        isOver = isStopping
        return .givenUp
    }
}
