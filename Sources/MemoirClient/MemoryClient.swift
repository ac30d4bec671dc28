package import JobQueue
package import Logging
internal import Reactor
package import RedisClient

/// The memory of an agent, over the queue: what it saves, workers embed and store; what it searches, they find.
///
///     import MemoirClient
///
///     let memory = try await MemoryClient.connect(to: "redis://127.0.0.1:6379")
///     try await memory.save(
///         "Invoice from SNCB for train ticket €22.70",
///         in: "invoices",
///         metadata: ["vendor_name": "SNCB", "amount": 22.7, "matched": false]
///     )
///     let found = try await memory.search("SNCB train ticket", in: "invoices", limit: 3, filters: ["matched": false])
///     for memory in found { print(memory.score, memory.payload["vendor_name"] ?? nil) }
///     await memory.close()
///
/// One client serves any number of tasks: it has two connections, and thousands of calls that wait at once cost Redis
/// nothing, for results are announced on a stream and never asked for in turn. It works through cut connections and
/// restarts of Redis: until a call's timeout it connects again, and sends again what may have been lost. What a job does
/// is done once, however often it is sent.
///
/// All calls throw `MemoryError`. A call whose task is cancelled ends at once; its job is done all the same.
public final class MemoryClient: Sendable {
    let jobs: JobClient
    let tenant: String?
    let timeout: Duration

    private init(jobs: JobClient, tenant: String?, timeout: Duration) {
        self.jobs = jobs
        self.tenant = tenant
        self.timeout = timeout
    }

    /// - Parameter url: `redis://[[user]:password@]host[:port][/database]` or
    ///   `unix://[[user]:password@]/path[?db=database]`.
    /// - Throws: `invalidConfiguration` for a wrong URL, `unavailable` where Redis does not answer.
    public static func connect(to url: String) async throws(MemoryError) -> MemoryClient {
        try await connect(Configuration(url: url))
    }

    /// - Throws: `invalidConfiguration` for a bound out of range, `unavailable` where Redis does not answer.
    public static func connect(_ configuration: Configuration) async throws(MemoryError) -> MemoryClient {
        let bound = Configuration.maximumJobsAllowed
        guard (1...bound).contains(configuration.maximumJobsInFlight) else {
            throw MemoryError(.invalidConfiguration, "maximumJobsInFlight takes a number from 1 to \(bound)")
        }
        return try await connect(
            redis: configuration.redis,
            keys: JobKeys(prefix: configuration.keyPrefix, partition: configuration.partition),
            tenant: configuration.tenant,
            timeout: configuration.timeout,
            maximumJobs: configuration.maximumJobsInFlight
        )
    }

    /// - Parameter limits: the lanes' bounds where none are published in Redis.
    package static func connect(
        redis: RedisConfiguration,
        keys: JobKeys,
        limits: LaneLimits = LaneLimits(),
        tenant: String? = nil,
        timeout: Duration = .seconds(30),
        maximumJobs: Int = Configuration.maximumJobsAllowed,
        logger: Logger = Logger(label: "memoir-client")
    ) async throws(MemoryError) -> MemoryClient {
        let jobs = await JobClient(
            redis: redis,
            keys: keys,
            limits: limits,
            name: JobID.random(),
            maximumWaits: maximumJobs,
            logger: logger
        )
        do throws(MemoryError) {
            try await jobs.ping()
        } catch {
            await jobs.close()
            throw error
        }
        return MemoryClient(jobs: jobs, tenant: tenant, timeout: timeout)
    }

    /// Ends the connections. Calls that wait end with `closed`; their jobs are done all the same.
    public func close() async {
        await jobs.close()
    }
}
