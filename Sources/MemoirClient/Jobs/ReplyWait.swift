internal import Reactor
internal import RedisClient

/// One task that waits for news of one job. What it is told while it does not listen is kept until it does.
@Reactor
final class ReplyWait {
    enum News {
        /// The result is there.
        case announced
        /// The result itself: JSON.
        case answered([UInt8])
        /// An announcement may have been missed.
        case perhapsMissed
        /// Another server answers than the one that was given the job, or the same one started anew: it may have lost
        /// the job, and the announcement with it.
        case perhapsLost
        case timedOut
        /// Redis refuses, and would again.
        case refused(RedisError)
        case cancelled
        case closed

        /// Which of two counts.
        fileprivate var weight: Int {
            switch self {
            case .announced, .answered, .perhapsMissed: 0
            case .perhapsLost: 1
            case .timedOut: 2
            case .refused: 3
            case .cancelled: 4
            case .closed: 5
            }
        }
    }

    let jobID: String
    /// Whether its result has been announced.
    private(set) var isAnnounced = false
    private var news: News?
    private var listener: CheckedContinuation<News, Never>?

    init(jobID: String) {
        self.jobID = jobID
    }

    func tell(_ latest: News) {
        if case .announced = latest { isAnnounced = true }
        if let listener {
            self.listener = nil
            listener.resume(returning: latest)
        } else if latest.weight >= news?.weight ?? 0 {
            news = latest
        }
    }

    /// Returns at the latest at the deadline.
    func next(until deadline: ContinuousClock.Instant) async -> News {
        let timer = Reactor.loop.schedule(at: deadline) { [weak self] in self?.tell(.timedOut) }
        defer { Reactor.loop.cancel(timer) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let news {
                    self.news = nil
                    continuation.resume(returning: news)
                } else {
                    listener = continuation
                }
            }
        } onCancel: {
            Task { @Reactor in self.tell(.cancelled) }
        }
    }
}
