internal import Hummingbird
package import Logging
internal import NIOCore
internal import NIOPosix
internal import Prometheus
internal import Reactor
internal import RedisClient
internal import ServiceLifecycle

/// The worker's HTTP server: health, figures, the queue to look at and to change, and the page that shows it all.
///
/// It never ends the worker: a port that is taken is tried again, and an error of a request is that request's. Its sockets
/// have one thread of their own, and what it asks of Redis goes over connections of its own.
package final class OpsServer: Service {
    private let configuration: OpsConfiguration
    private let services: OpsServices
    private let listeners: EventListeners
    private let fleet: FleetWatch
    private let sender: JobSender
    private let connections: Connections
    private let logger: Logger

    package init(configuration: OpsConfiguration, services: OpsServices, logger: Logger) {
        self.configuration = configuration
        self.services = services
        self.logger = logger
        listeners = EventListeners(maximum: configuration.maximumListeners)
        fleet = FleetWatch(
            read: services.figures,
            census: services.collections,
            listeners: listeners,
            version: configuration.version
        )
        sender = JobSender(connect: services.connect, maximumWaits: configuration.maximumWaits)
        connections = Connections(maximum: configuration.maximumConnections)
        let gauges = FleetGauges(services.registry)
        services.registry.onCollect { [fleet] in gauges.show(fleet.latest.snapshot) }
    }

    /// Serves until a graceful shutdown, or until it is cancelled.
    package func run() async {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        // Whether the server itself has ended.
        await withTaskGroup(of: Bool.self) { running in
            running.addTask(executorPreference: Reactor.loop) {
                await self.fleet.run()
                return false
            }
            running.addTask {
                await HTTPListener(
                    configuration: self.configuration,
                    connections: self.connections,
                    logger: self.logger
                ).keepServing(self.router, on: group)
                return true
            }
            // Returns on a graceful shutdown, and when this task is cancelled.
            try? await gracefulShutdown()
            listeners.close()
            services.mcp?.stop()
            let deadline = configuration.closeDeadline
            running.addTask { await Self.pause(deadline) }
            // The server, its requests being answered, or the end of its time.
            let hasEnded = await running.next() ?? true
            await sender.close()
            await services.mcp?.close()
            if !hasEnded {
                // Whoever waited for a job is told that it is in vain.
                let farewell = configuration.farewell
                running.addTask { await Self.pause(farewell) }
                _ = await running.next()
            }
            running.cancelAll()
            // What waits for a Redis that does not answer waits no longer.
            await services.connection.close()
        }
        // Closes what is still open.
        try? await group.shutdownGracefully()
    }

    private static func pause(_ duration: Duration) async -> Bool {
        try? await Task.sleep(for: duration)
        return false
    }

    private var router: Router<OpsContext> {
        OpsRoutes(
            configuration: configuration,
            services: services,
            fleet: fleet,
            listeners: listeners,
            sender: sender,
            connections: connections,
            logger: logger
        ).router()
    }
}
