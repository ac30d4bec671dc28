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
    func expired(_ item: WorkItem)
}
