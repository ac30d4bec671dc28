internal import Reactor

/// What the server answers from: parts of the worker, and of its queue, that it is given.
package struct OpsServices: Sendable {
    package var health: @Reactor @Sendable () -> HealthReport
    package var figures: FleetWatch.Read
    package var collections: FleetWatch.Census

    package init(
        health: @escaping @Reactor @Sendable () -> HealthReport,
        figures: @escaping FleetWatch.Read,
        collections: @escaping FleetWatch.Census
    ) {
        self.health = health
        self.figures = figures
        self.collections = collections
    }
}
