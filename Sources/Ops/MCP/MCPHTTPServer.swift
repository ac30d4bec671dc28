internal import Hummingbird
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// A server of its own for what a worker mounts at `/mcp`.
package final class MCPHTTPServer: Service {
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
        let failure = await withTaskGroup(of: (any Error)?.self) { running in
            running.addTask { await self.serve(on: group) }
            running.addTask {
                // Returns on a graceful shutdown, and when this task is cancelled.
                try? await gracefulShutdown()
                return nil
            }
            let failure = await running.next() ?? nil
            mcp.stop()
            let deadline = configuration.closeDeadline
            running.addTask {
                try? await Task.sleep(for: deadline)
                return nil
            }
            // The server, its requests being answered, or the end of its time.
            if failure == nil { _ = await running.next() }
            running.cancelAll()
            return failure
        }
        await mcp.close()
        // Closes what is still open.
        try? await group.shutdownGracefully()
        if let failure { throw failure }
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
