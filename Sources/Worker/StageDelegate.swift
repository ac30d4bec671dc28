internal import JobQueue
internal import Reactor

/// Told by the stages what becomes of an item.
@Reactor
protocol StageDelegate: AnyObject {
    /// The item has its vector.
    func embedded(_ item: WorkItem)
    /// - Parameter body: appends the result's JSON.
    func succeeded(_ item: WorkItem, reservingCapacity: Int, body: (inout [UInt8]) -> Void)
    func failed(_ item: WorkItem, _ error: JobError)
    /// The item is answered with an error that says nothing against it: it is no dead letter.
    func refused(_ item: WorkItem, _ error: JobError)
    /// The item fails again and again while the service works for others: one of its attempts is spent.
    func failedInPassing(_ item: WorkItem, _ error: JobError)
    func expired(_ item: WorkItem)
    /// Whether this worker was silent for so long that others may have taken its jobs for a dead one's.
    var isLeaseInDoubt: Bool { get }
    /// Returns when it is known which items are still this worker's; the others are settled then. To be awaited before
    /// a write goes out while the lease is in doubt.
    func confirmLease() async
}
