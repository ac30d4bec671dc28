internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Takes over what workers that died had claimed: never from the living, never from itself.
///
/// Every worker does it, each for as many jobs as it has free slots; a page of entries changes hands in one atomic step.
/// A lane's new jobs wait meanwhile.
@Reactor
final class Reclaimer {
    /// Entries that change hands at once.
    private static let pageSize = 64
    /// Between two looks while there is something to take over.
    private static let busyInterval = Duration.milliseconds(100)
    /// A look that took longer says more of the server than of the workers.
    private static let longestLook = Duration.seconds(1)

    private let group: ConsumerGroup
    private let census: GroupCensus
    private let lanes: [Lane: LaneReader]
    private let state: WorkerState
    private let interval: Duration
    private let logger: Logger

    private var watch: DeathWatch
    /// Where the next page of a consumer's entries begins, where its last one was not the end.
    private var cursors: [GroupCensus.Consumer: String] = [:]
    private let idle = IdleWorkers()

    init(
        group: ConsumerGroup,
        census: GroupCensus,
        lanes: [Lane: LaneReader],
        state: WorkerState,
        configuration: WorkerConfiguration,
        logger: Logger
    ) {
        self.group = group
        self.census = census
        self.lanes = lanes
        self.state = state
        self.logger = logger
        interval = configuration.heartbeatInterval / 2
        watch = DeathWatch(confirmation: interval * 0.9, grace: configuration.heartbeatLifetime)
    }

    /// Looks until it is cancelled. That Redis is away is for others to say.
    func run() async {
        while !Task.isCancelled {
            let isBusy = await look()
            let timer = Reactor.loop.schedule(at: .now + (isBusy ? Self.busyInterval : interval)) { [idle] in
                idle.wakeAll()
            }
            await idle.wait()
            Reactor.loop.cancel(timer)
        }
    }

    /// A worker stopped: what it left is taken over at once.
    func saidGoodbye(_ worker: String) {
        watch.saidGoodbye(worker)
        idle.wakeAll()
    }

    /// Whether there is more to take over.
    private func look() async -> Bool {
        let began = ContinuousClock.now
        do throws(RedisError) {
            let missing = try await census.consumersWithoutHeartbeat().filter { $0.key.name != group.consumer }
            // A slow look is no evidence, nor is that of one who may be taken for dead himself.
            guard began.duration(to: .now) < Self.longestLook && !state.lease.isInDoubt else {
                watch.failed(at: .now)
                return false
            }
            let dead = watch.observed(missing.keys, at: .now).filter { consumer in
                missing[consumer] != 0 && state.slots[consumer.lane] != nil && !state.paused.contains(consumer.lane)
            }
            cursors = cursors.filter { missing[$0.key] != nil }
            for (lane, slots) in state.slots { slots.isKeptForOrphans = dead.contains { $0.lane == lane } }
            var hasAdopted = false
            for consumer in dead where try await adopt(consumer) > 0 { hasAdopted = true }
            // What was left although there is room are suspects, whose turn comes later: new jobs need not wait for it.
            for slots in state.slots.values where slots.free > 0 { slots.isKeptForOrphans = false }
            return hasAdopted || state.slots.values.contains(where: \.isKeptForOrphans)
        } catch {
            watch.failed(at: .now)
            for slots in state.slots.values { slots.isKeptForOrphans = false }
            return false
        }
    }

    /// Returns how many jobs it took over.
    private func adopt(_ consumer: GroupCensus.Consumer) async throws(RedisError) -> Int {
        let lane = consumer.lane
        guard let slots = state.slots[lane], let reader = lanes[lane] else { return 0 }
        var total = 0
        while slots.free > 0 && !state.paused.contains(lane) && !Task.isCancelled {
            let running = state.inFlight.items.lazy.filter { $0.job.lane == lane }.map(\.job.history.deliveries)
            let epoch = state.lease.epoch
            do throws(RedisError) {
                let adoption = try await group.adopt(
                    lane,
                    from: consumer.name,
                    count: min(slots.free, Self.pageSize),
                    after: cursors[consumer],
                    suspects: SuspectRoom(running: running)
                )
                guard let adoption else { break }
                total += adoption.jobs.count
                try await reader.take(adoption.jobs, claimedIn: epoch)
                cursors[consumer] = adoption.next
            } catch {
                // The answer may be lost, and with it jobs that are in this worker's name by now.
                reader.recoverSoon()
                throw error
            }
            if cursors[consumer] == nil { break }
        }
        guard total > 0 else { return 0 }
        logger.notice(
            "jobs_adopted",
            metadata: ["from": "\(consumer.name)", "lane": "\(lane.rawValue)", "count": "\(total)"]
        )
        return total
    }
}
