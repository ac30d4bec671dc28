import JobQueue
import Reactor
import Testing

@testable import Worker

/// Keeps what the stages say of their items, by job id, in order. What is answered is settled, as in the pipeline.
@Reactor
final class StageRecorder: StageDelegate {
    private(set) var embedded: [String] = []
    private(set) var succeeded: [String] = []
    private(set) var failed: [String] = []
    private(set) var refused: [String] = []
    private(set) var charged: [String] = []
    private(set) var expired: [String] = []
    private(set) var errors: [String: JobError] = [:]
    private(set) var confirmations = 0
    var isLeaseInDoubt = false
    /// What asking for the lease brings about.
    var onConfirm: () -> Void = {}
    /// What is done with an item that has its vector.
    var onEmbedded: (WorkItem) -> Void = { _ in }

    nonisolated init() {}

    func embedded(_ item: WorkItem) {
        embedded.append(item.id)
        onEmbedded(item)
    }

    func succeeded(_ item: WorkItem, reservingCapacity: Int, body: (inout [UInt8]) -> Void) {
        #expect(!item.isBeingStored)
        succeeded.append(item.id)
        item.isSettled = true
    }

    func failed(_ item: WorkItem, _ error: JobError) {
        failed.append(item.id)
        errors[item.id] = error
        item.isSettled = true
    }

    func refused(_ item: WorkItem, _ error: JobError) {
        refused.append(item.id)
        errors[item.id] = error
        item.isSettled = true
    }

    func failedInPassing(_ item: WorkItem, _ error: JobError) {
        charged.append(item.id)
        errors[item.id] = error
        item.isSettled = true
    }

    func expired(_ item: WorkItem) {
        expired.append(item.id)
        item.isSettled = true
    }

    func confirmLease() async {
        confirmations += 1
        await Task.yield()
        onConfirm()
    }

    /// Looks again and again; fails the test when it does not become true.
    func until(
        _ what: String,
        _ location: SourceLocation = #_sourceLocation,
        _ condition: () -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() {
            try #require(ContinuousClock.now < deadline, "not seen in time: \(what)", sourceLocation: location)
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
