import Reactor

@testable import Worker

/// A stage alone, with a service that misbehaves as the test wants.
@Reactor
protocol StageRig: AnyObject, Sendable {
    /// What the stage told of its items.
    var told: StageRecorder { get }
    func runStage() async
}

extension StageRig {
    /// Runs the stage beside the body, as a worker does: see `IdleWorkers`.
    func run(_ body: () async throws -> Void) async throws {
        let rig: any StageRig = self
        let running = Task(executorPreference: Reactor.loop) { await rig.runStage() }
        do {
            try await body()
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        await running.value
    }

    static var configuration: WorkerConfiguration {
        var configuration = WorkerConfiguration(id: "w1")
        configuration.backoff = Backoff(initial: .milliseconds(10), maximum: .milliseconds(40))
        return configuration
    }
}
