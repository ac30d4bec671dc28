internal import Hummingbird
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// A server of its own for what a worker mounts at `/mcp`.
package final class MCPHTTPServer: Service {
    private enum Event: Sendable {
        /// The server itself.
        case ended((any Error)?)
        case other
    }

    private let configuration: OpsConfiguration
    private let mcp: any MCPMounting
    private let logger: Logger

    package init(configuration: OpsConfiguration, mcp: any MCPMounting, logger: Logger) {
        self.configuration = configuration
        self.mcp = mcp
        self.logger = logger
    }

    /// Serves until a graceful shutdown, or until it is cancelled.
    ///
    /// - Throws: `OpsError` where it cannot listen.
    package func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let failure = await withTaskGroup(of: Event.self) { running -> (any Error)? in
            running.addTask { .ended(await self.serve(on: group)) }
            running.addTask {
                // Returns on a graceful shutdown, and when this task is cancelled.
                try? await gracefulShutdown()
                return .other
            }
            var event = await running.next() ?? .ended(nil)
            mcp.stop()
            if case .other = event {
                // The server, its requests being answered, or the end of its time.
                let deadline = configuration.closeDeadline
                running.addTask { await Self.pause(deadline) }
                event = await running.next() ?? .ended(nil)
            }
            await mcp.close()
            if case .other = event {
                // Whoever waited for a job is told that it is in vain.
                let farewell = configuration.farewell
                running.addTask { await Self.pause(farewell) }
                event = await running.next() ?? .ended(nil)
            }
            running.cancelAll()
            return if case .ended(let failure) = event { failure } else { nil }
        }
        // Closes what is still open.
        try? await group.shutdownGracefully()
        if let failure { throw failure }
    }

    private static func pause(_ duration: Duration) async -> Event {
        try? await Task.sleep(for: duration)
        return .other
    }

    private func serve(on group: any EventLoopGroup) async -> (any Error)? {
        let connections = Connections(maximum: configuration.maximumConnections)
        do {
            try await HTTPListener(configuration: configuration, connections: connections, logger: logger)
                .serve(router(connections), on: group)
            return nil
        } catch {
            let address = "\(configuration.host):\(configuration.port)"
            return OpsError(503, "cannot_listen", "cannot listen on \(address): \(error): \(ListenHint.of(error))")
        }
    }

    private func router(_ connections: Connections) -> Router<OpsContext> {
        let rules = RequestRules(configuration)
        let router = Router(context: OpsContext.self)
        router.add(
            middleware: AnswerMiddleware(
                rules: rules,
                connections: connections,
                hint: "/mcp and /livez are all there is",
                logger: logger
            )
        )
        HealthRoutes.addLiveness(to: router)
        mcp.add(to: router, rules: rules, connections: connections, logger: logger)
        return router
    }
}
