/// `worker`: how many jobs are worked on at once, and how long each step may take.
package struct WorkerSettings: Sendable, Equatable {
    /// `worker.slots`: jobs in flight by lane. A lane's slots are its own, so that search never waits behind bulk.
    package struct Slots: Sendable, Equatable {
        /// `worker.slots.search`, jobs. Defaults to 256.
        package var search = 256
        /// `worker.slots.save`, jobs. Defaults to 512.
        package var save = 512
        /// `worker.slots.embed`, jobs. Defaults to 512.
        package var embed = 512
        /// `worker.slots.bulk`, jobs. Defaults to 1,024.
        package var bulk = 1024

        package init() {}
    }

    /// `worker.retry`: how often a service that is away is tried again, and a job that failed.
    package struct Retry: Sendable, Equatable {
        /// `worker.retry.initialBackoff`, duration before the second attempt; it doubles from one to the next.
        /// Defaults to 200 ms.
        package var initialBackoff: Duration = .milliseconds(200)
        /// `worker.retry.maximumBackoff`, duration that no pause exceeds. Defaults to 5 s.
        package var maximumBackoff: Duration = .seconds(5)
        /// `worker.retry.maximumAttempts`, attempts of one job. Defaults to 5.
        package var maximumAttempts = 5
        /// `worker.retry.initialDelay`, duration before a job's second attempt; it doubles from one to the next.
        /// Defaults to 1 s.
        package var initialDelay: Duration = .seconds(1)
        /// `worker.retry.maximumDelay`, duration that no pause between two attempts exceeds. Defaults to 5 min.
        package var maximumDelay: Duration = .seconds(300)

        package init() {}
    }

    /// `worker.enabled`: whether jobs are worked on at all. Defaults to yes.
    package var isEnabled = true
    /// `worker.id`, text: what the worker is called; a process id and a random part are added. Defaults to the host name.
    package var id = WorkerSettings.hostName()
    package var slots = Slots()
    /// `worker.readCount`, entries that one read of a stream asks for. Defaults to 256.
    package var readCount = 256
    /// `worker.readBytes`, bytes that one read should bring: it asks for fewer entries where they are large. Defaults to
    /// 4 MiB.
    package var readBytes = 4 << 20
    /// `worker.blockTime`, duration: how long a read waits for entries. Defaults to 5 s.
    package var blockTime: Duration = .seconds(5)
    /// `worker.storeConcurrency`, requests to the vector database under way at once. Defaults to 4.
    package var storeConcurrency = 4
    /// `worker.drainDeadline`, duration: how long jobs in flight may finish after a stop is asked for. Defaults to 20 s.
    package var drainDeadline: Duration = .seconds(20)
    /// `worker.resultTTL`, duration: how long a result is kept where its job does not say. Defaults to 24 h.
    package var resultTTL: Duration = .seconds(86_400)
    /// `worker.maximumContentBytes`, bytes of one job's content. Defaults to 1 MiB.
    package var maximumContentBytes = 1 << 20
    /// `worker.maximumMetadataBytes`, bytes of one job's metadata, and of its filters. Defaults to 64 KiB.
    package var maximumMetadataBytes = 64 << 10
    /// `worker.deadLettersKept`, dead letters kept, about. Defaults to 1,000.
    package var deadLettersKept = 1_000
    /// `worker.heartbeatInterval`, duration between two signs of life. Defaults to 1 s.
    package var heartbeatInterval: Duration = .seconds(1)
    /// `worker.maximumDeliveries`, times that a job is given to a worker. Defaults to 5.
    package var maximumDeliveries = 5
    package var retry = Retry()

    package init() {}
}
