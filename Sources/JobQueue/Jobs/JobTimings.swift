/// Where a job's time went, in microseconds. 0 for a stage that it did not pass.
package struct JobTimings: Sendable {
    /// From entering the stream (the clock of Redis) to being claimed (ours).
    package var queued = 0
    package var embedding = 0
    package var store = 0
    /// From entering the stream to its result.
    package var total = 0

    package init(queued: Int = 0, embedding: Int = 0, store: Int = 0, total: Int = 0) {
        self.queued = queued
        self.embedding = embedding
        self.store = store
        self.total = total
    }
}
