internal import Logging
internal import Reactor
internal import VectorStore

/// Collections that fail by themselves while the store is well: missing, or of other dimensions than configured. Each waits
/// with a backoff of its own, so that jobs of the other collections go on.
@Reactor
final class CollectionFaults {
    private struct Fault {
        var failures = 0
        let outage: OutageLog
    }

    private let backoff: Backoff
    private let logger: Logger
    private var faults: [String: Fault] = [:]
    /// Made by this worker, and no call has succeeded since.
    private var made: Set<String> = []

    init(backoff: Backoff, logger: Logger) {
        self.backoff = backoff
        self.logger = logger
    }

    /// What is wrong with one of them; nil while nothing is.
    var problem: String? {
        for fault in faults.values {
            if let problem = fault.outage.current { return problem }
        }
        return nil
    }

    /// Whether the collection is to be made now. One that is missing again right after it was made is not: it waits first.
    func mayMake(_ collection: String) -> Bool { made.remove(collection) == nil }

    func madeOne(_ collection: String) { made.insert(collection) }

    /// Returns when the collection's next call may go out.
    func failed(_ collection: String, _ error: VectorStoreError, hint: String) -> ContinuousClock.Instant {
        var fault = faults[collection] ?? Fault(outage: makeOutage())
        fault.failures += 1
        faults[collection] = fault
        fault.outage.failed(error.message, code: "\(error.code)", hint: hint)
        return .now + max(backoff.wait(afterFailures: fault.failures), error.retryAfter ?? .zero)
    }

    func succeeded(_ collection: String) {
        guard !faults.isEmpty || !made.isEmpty else { return }
        made.remove(collection)
        faults.removeValue(forKey: collection)?.outage.recovered()
    }

    private func makeOutage() -> OutageLog {
        OutageLog(logger: logger, failureEvent: "qdrant_unavailable", recoveryEvent: "qdrant_recovered")
    }
}
