import Logging
import Reactor
import ServiceLifecycle

/// Works on jobs in this process while nobody else does: begins where no worker shows a sign of life, which is looked for
/// again and again, and goes on to the end once it has begun.
struct DirectWorker: Service {
    /// Between two looks for other workers.
    static let interval = Duration.seconds(3)

    /// nil where Redis does not tell.
    let workers: @Sendable () async -> Int?
    /// A worker, with what belongs to it, which is run once.
    let make: @Sendable () async throws -> [any Service]
    let logger: Logger

    /// Until a graceful shutdown, or until it is cancelled, which is as graceful.
    func run() async {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await workers() == 0, !Task.isCancelled { await work() }
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    private func work() async {
        do {
            logger.notice("direct_worker_started", metadata: ["hint": "no worker shows a sign of life"])
            let group = ServiceGroup(services: try await make(), logger: logger)
            // Not in this task: it hands over what it has begun even where this one is cancelled.
            let running = Task { try await group.run() }
            try await withTaskCancellationHandler {
                try await running.value
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch {
            logger.error("direct_worker_failed", metadata: ["error": "\(error)"])
        }
    }
}
