internal import JobQueue
internal import Reactor

/// What the parts of a worker share: what is in flight, what operators want, whether it is known to live.
@Reactor
struct WorkerState {
    let slots: [Lane: LaneSlots]
    let inFlight = InFlight()
    let marks = CancelMarks()
    let paused = PausedLanes()
    let lease: WorkerLease

    init(_ configuration: WorkerConfiguration, metrics: WorkerMetrics) {
        slots = Dictionary(
            uniqueKeysWithValues: configuration.slots.map { lane, capacity in
                (lane, LaneSlots(capacity: capacity, metrics: metrics.lane(lane)))
            }
        )
        lease = WorkerLease(lifetime: configuration.heartbeatLifetime)
    }
}
