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
        await withTaskGroup(of: Void.self) { running in
            running.addTask(executorPreference: Reactor.loop) { await self.fleet.run() }
            running.addTask { await self.serve(on: group) }
            // Returns on a graceful shutdown, and when this task is cancelled.
            try? await gracefulShutdown()
            listeners.close()
            let deadline = configuration.closeDeadline
            running.addTask { try? await Task.sleep(for: deadline) }
            // The server, its requests being answered, or the end of its time.
            await running.next()
            running.cancelAll()
            // What waits for a Redis that does not answer waits no longer.
            await services.connection.close()
        }
        await sender.close()
        // Closes what is still open.
        try? await group.shutdownGracefully()
    }

    /// Listens, and where that fails tries again, until it is told to stop.
    private func serve(on group: any EventLoopGroup) async {
        var isFirst = true
        while !Task.isCancelled && !Task.isShuttingDownGracefully {
            if !isFirst {
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: self.configuration.retryInterval) }
                guard !Task.isCancelled && !Task.isShuttingDownGracefully else { return }
            }
            isFirst = false
            do {
                try await application(on: group).run()
                return
            } catch {
                logger.warning(
                    "http_server_failed",
                    metadata: [
                        "error": "\(error)", "address": "\(configuration.host):\(configuration.port)",
                        "hint": "\(ListenHint.of(error)); jobs go on",
                    ]
                )
            }
        }
    }

    private func application(on group: any EventLoopGroup) -> some ApplicationProtocol {
        let logger = logger
        let connections = connections
        let routes = OpsRoutes(
            configuration: configuration,
            services: services,
            fleet: fleet,
            listeners: listeners,
            sender: sender,
            connections: connections,
            logger: logger
        )
        return Application(
            router: routes.router(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionHandler(connections)],
                    idleTimeout: TimeAmount(configuration.idleTimeout),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: configuration.maximumHeaderBytes,
                        maxHeaderListSize: configuration.maximumHeaderBytes,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port)
            ),
            onServerRunning: { channel in
                let address = channel.localAddress.map { Self.text($0) } ?? "unknown"
                logger.info("http_server_started", metadata: ["address": "\(address)"])
            },
            eventLoopGroupProvider: .shared(group),
            logger: Self.silence
        )
    }

    /// Hummingbird's own lines are sentences; what there is to say is said here, as events.
    private static let silence = Logger(label: "memoir.http") { _ in SwiftLogNoOpLogHandler() }

    private static func text(_ address: NIOCore.SocketAddress) -> String {
        let host = address.ipAddress ?? "unknown"
        return (host.contains(":") ? "[\(host)]" : host) + (address.port.map { ":\($0)" } ?? "")
    }
}
