package import JobQueue
package import MemoirClient

/// The queue as the tools use it.
package protocol MemoryQueue: Sendable {
    /// Sends the job and waits for its result: JSON, as docs/wire.md has it.
    ///
    /// - Throws: `MemoryError`; of code `cancelled` where the calling task is.
    func result(of request: JobRequest, timeout: Duration) async throws(MemoryError) -> [UInt8]

    /// By the clock that workers go by, in milliseconds since 1970.
    func timeInMilliseconds(timeout: Duration) async throws(MemoryError) -> Int

    /// That the job is not to be done any more, where it is not done yet. Failure is silent.
    func cancel(_ jobID: String) async

    /// nil where nobody can tell.
    func outlook(of lane: Lane) async -> LaneOutlook?
}
