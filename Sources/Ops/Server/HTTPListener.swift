internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

/// Listens on the configured address, and serves the paths of a router there.
struct HTTPListener {
    let configuration: OpsConfiguration
    let connections: Connections
    let logger: Logger

    /// Serves until a graceful shutdown, or until it is cancelled. Where it cannot listen it tries again: whoever runs it
    /// goes on with its other work meanwhile.
    func keepServing(_ router: Router<OpsContext>, on group: any EventLoopGroup) async {
        while !Task.isCancelled && !Task.isShuttingDownGracefully {
            do {
                return try await serve(router, on: group)
            } catch {
                logger.warning(
                    "http_server_failed",
                    metadata: [
                        "error": "\(error)", "address": "\(configuration.host):\(configuration.port)",
                        "hint": "\(ListenHint.of(error)); jobs go on",
                    ]
                )
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: self.configuration.retryInterval) }
        }
    }

    /// Serves until a graceful shutdown, or until it is cancelled. Requests are answered on the group's thread.
    ///
    /// - Parameter group: of one thread.
    /// - Throws: where it cannot listen, see `ListenHint`.
    func serve(_ router: Router<OpsContext>, on group: any EventLoopGroup) async throws {
        let logger = logger
        let application = Application(
            router: router,
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
                address: .hostname(configuration.host, port: configuration.port),
                backlog: configuration.backlog
            ),
            onServerRunning: { channel in
                let address = channel.localAddress.map { Self.text($0) } ?? "unknown"
                logger.info("http_server_started", metadata: ["address": "\(address)"])
            },
            eventLoopGroupProvider: .shared(group),
            logger: Self.silence
        )
        try await withTaskExecutorPreference(EventLoopExecutor(group.next())) { try await application.run() }
    }

    /// Hummingbird's own lines are sentences; what there is to say is said here, as events.
    private static let silence = Logger(label: "memoir.http") { _ in SwiftLogNoOpLogHandler() }

    private static func text(_ address: NIOCore.SocketAddress) -> String {
        let host = address.ipAddress ?? "unknown"
        return (host.contains(":") ? "[\(host)]" : host) + (address.port.map { ":\($0)" } ?? "")
    }
}
