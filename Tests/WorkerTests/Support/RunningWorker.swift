import Logging
import Reactor
import ServiceLifecycle

@testable import Worker

/// A worker that runs in a service group, as in production.
@Reactor
final class RunningWorker {
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    init(_ worker: MemoryWorker, logger: Logger) {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: worker, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger
            )
        )
        self.group = group
        task = Task { try await group.run() }
    }

    /// As on SIGTERM. Returns when the worker has stopped.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await task.value
    }

    /// As when the time for a graceful stop is over.
    func cancel() async {
        task.cancel()
        _ = try? await task.value
    }
}
