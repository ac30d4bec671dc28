package import JobQueue
package import MemoirClient
package import Memory
package import Prometheus
internal import Reactor
package import RedisClient

/// What the server answers from: parts of the worker, and of its queue, that it is given.
package struct OpsServices: Sendable {
    package typealias Health = @Reactor @Sendable () -> HealthReport
    package typealias Connect = SharedMemoryClient.Connect

    let health: Health
    let figures: FleetWatch.Read
    let collections: FleetWatch.Census
    let registry: PrometheusRegistry
    let connection: RedisConnection
    let keys: JobKeys
    let limits: LaneLimits
    let preflight: JobPreflight
    let connect: Connect
    let mcp: (any MCPMounting)?

    /// - Parameters:
    ///   - health: of the worker and of what it depends on.
    ///   - figures: reads those of the system, but for the collections.
    ///   - collections: reads those of the collections.
    ///   - registry: what `/metrics` shows. The fleet's gauges are added to it.
    ///   - connection: for requests, and for the figures; closed at the end.
    ///   - limits: the lanes' bounds where none are published in Redis.
    ///   - connect: makes the client that jobs are sent through, when the first is.
    ///   - mcp: what agents are offered at `/mcp`; nil where nothing is.
    package init(
        health: @escaping Health,
        figures: @escaping FleetWatch.Read,
        collections: @escaping FleetWatch.Census,
        registry: PrometheusRegistry,
        connection: RedisConnection,
        keys: JobKeys,
        limits: LaneLimits,
        preflight: JobPreflight,
        connect: @escaping Connect,
        mcp: (any MCPMounting)? = nil
    ) {
        self.health = health
        self.figures = figures
        self.collections = collections
        self.registry = registry
        self.connection = connection
        self.keys = keys
        self.limits = limits
        self.preflight = preflight
        self.connect = connect
        self.mcp = mcp
    }
}
