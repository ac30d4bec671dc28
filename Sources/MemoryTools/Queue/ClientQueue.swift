package import JobQueue
package import MemoirClient
package import Reactor
package import RedisClient

/// The queue in Redis, through one client that is made when the first call comes.
@Reactor
package final class ClientQueue: MemoryQueue {
    /// How long what is known of a lane is told again.
    private static let outlookLifetime = Duration.seconds(1)

    private let client: SharedMemoryClient
    private let connection: RedisConnection
    private let keys: JobKeys
    private var outlooks: [Lane: (outlook: LaneOutlook, until: ContinuousClock.Instant)] = [:]
    private var looking: [Lane: Task<LaneOutlook?, Never>] = [:]

    /// - Parameter connection: for cancelling jobs and looking at lanes; whoever made it closes it.
    package nonisolated init(
        connect: @escaping SharedMemoryClient.Connect,
        connection: RedisConnection,
        keys: JobKeys
    ) {
        client = SharedMemoryClient(connect: connect)
        self.connection = connection
        self.keys = keys
    }

    @Reactor
    package func result(of request: JobRequest, timeout: Duration) async throws(MemoryError) -> [UInt8] {
        try await client.get().result(of: request, timeout: timeout)
    }

    @Reactor
    package func timeInMilliseconds(timeout: Duration) async throws(MemoryError) -> Int {
        let end = ContinuousClock.now + timeout
        let client = try await client.get(within: timeout)
        return try await client.timeInMilliseconds(timeout: ContinuousClock.now.duration(to: end))
    }

    @Reactor
    package func cancel(_ jobID: String) async {
        let cancellation = JobCancellation(connection: connection, keys: keys)
        // Where Redis is away nothing can be said: the job's deadline ends it.
        _ = try? await cancellation.mark(jobID)
    }

    /// Any number of calls that wait look together.
    @Reactor
    package func outlook(of lane: Lane) async -> LaneOutlook? {
        if let known = outlooks[lane], known.until > .now { return known.outlook }
        let look = looking[lane] ?? Task { await self.look(at: lane) }
        looking[lane] = look
        return await look.value
    }

    /// Calls that wait end with `closed`.
    package func close() async {
        await client.close()
    }

    private func look(at lane: Lane) async -> LaneOutlook? {
        defer { looking[lane] = nil }
        guard let gauges = try? await LaneGauges.read(lane, on: connection, keys: keys) else { return nil }
        let outlook = LaneOutlook(
            lane: lane,
            workers: gauges.workers,
            isPaused: gauges.pausedSince != nil,
            jobs: gauges.length
        )
        outlooks[lane] = (outlook, .now + Self.outlookLifetime)
        return outlook
    }
}
