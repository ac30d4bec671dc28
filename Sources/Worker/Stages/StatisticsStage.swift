internal import JobQueue
internal import Reactor
internal import RedisClient

/// Answers jobs that ask for the system's figures.
///
/// One read at a time answers all jobs that came before it began: a thousand that ask cost two reads. Their number is
/// bounded by the lane's slots.
@Reactor
final class StatisticsStage {
    /// - Returns: the figures, JSON.
    typealias Read = @Sendable () async throws(RedisError) -> [UInt8]

    private let read: Read
    private let backoff: Backoff
    private let outage: OutageLog
    private weak var delegate: (any StageDelegate)?
    private var waiting: [WorkItem] = []
    private let idle = IdleWorkers()

    init(backoff: Backoff, outage: OutageLog, delegate: any StageDelegate, read: @escaping Read) {
        self.backoff = backoff
        self.outage = outage
        self.delegate = delegate
        self.read = read
    }

    func submit(_ item: WorkItem) {
        waiting.append(item)
        idle.wakeOne()
    }

    /// Runs until it is cancelled.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            let items = waiting.filter { !$0.isSettled }
            waiting = []
            guard !items.isEmpty else {
                await idle.wait()
                continue
            }
            do throws(RedisError) {
                let json = try await read()
                outage.recovered()
                failures = 0
                answer(items, json)
            } catch {
                guard error.isPassing else {
                    refuse(items, error)
                    continue
                }
                waiting = items + waiting
                failures += 1
                outage.failed("\(error)", code: error.serverCode ?? "\(error.code)", hint: error.hint)
                try? await Task.sleep(for: backoff.wait(afterFailures: failures))
            }
        }
    }

    private func answer(_ items: [WorkItem], _ json: [UInt8]) {
        for item in items {
            delegate?.succeeded(item, reservingCapacity: json.count) { $0.append(contentsOf: json) }
        }
    }

    /// A key that holds something else, or that this worker may not read: no later read would do better.
    private func refuse(_ items: [WorkItem], _ error: RedisError) {
        guard error.code != .cancelled && error.code != .closed else { return }
        let error = JobError(code: "statistics_refused", message: "Redis: \(error)", isRetryable: false)
        for item in items { delegate?.failed(item, error) }
    }
}
