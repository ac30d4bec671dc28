internal import CoreMetrics
internal import Synchronization
internal import VectorStore

/// How calls to the vector store ended, and how long they took.
final class StoreMetrics: Sendable {
    enum Operation: String, CaseIterable, Sendable {
        case upsert
        case query
        case retrieve
        case scroll
        case delete
        case count
    }

    private struct Instruments {
        let ok: Counter
        let duration: Timer
    }

    private let factory: any MetricsFactory
    private let instruments: [Operation: Instruments]
    /// Of all calls, in microseconds.
    private let lastMinute = Mutex(LastMinute<LatencyCounts>())

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        instruments = Dictionary(
            uniqueKeysWithValues: Operation.allCases.map { operation in
                let labels = [("operation", operation.rawValue)]
                let ok = factory.counter(.storeCalls, labels + [("status", "ok")])
                return (operation, Instruments(ok: ok, duration: factory.timer(.storeCall, labels)))
            }
        )
    }

    func measure<Answer>(
        _ operation: Operation,
        _ call: () async throws(VectorStoreError) -> Answer
    ) async throws(VectorStoreError) -> Answer {
        let began = ContinuousClock.now
        do throws(VectorStoreError) {
            let answer = try await call()
            ended(operation, nil, began.duration(to: .now))
            return answer
        } catch {
            ended(operation, error, began.duration(to: .now))
            throw error
        }
    }

    func latencies(at now: ContinuousClock.Instant) -> LatencyCounts { lastMinute.withLock { $0.total(at: now) } }

    private func ended(_ operation: Operation, _ failure: VectorStoreError?, _ took: Duration) {
        let nanoseconds = took.wholeNanoseconds
        instruments[operation]?.duration.recordNanoseconds(nanoseconds)
        lastMinute.withLock { $0.current.record(Int(nanoseconds / 1_000)) }
        if let failure {
            let labels = [("operation", operation.rawValue), ("status", "\(failure.code)")]
            factory.counter(.storeCalls, labels).increment()
        } else {
            instruments[operation]?.ok.increment()
        }
    }
}
