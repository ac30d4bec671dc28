internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

/// Watches over this worker and, with the supervisors of the others, over the fleet. One role a file.
@Reactor
final class Supervisor {
    private let heartbeat: Heartbeat
    private let renewal: LeaseRenewal
    private let deadlines: DeadlineWatch
    private let control: ControlWatch
    private let reclaimer: Reclaimer
    private let server: ServerWatch
    private let tally: CacheTally
    private let room: CacheRoomWatch
    private let singletons: [SingletonRole]

    init(
        heartbeat: Heartbeat,
        renewal: LeaseRenewal,
        deadlines: DeadlineWatch,
        control: ControlWatch,
        reclaimer: Reclaimer,
        server: ServerWatch,
        tally: CacheTally,
        room: CacheRoomWatch,
        singletons: [SingletonRole]
    ) {
        self.heartbeat = heartbeat
        self.renewal = renewal
        self.deadlines = deadlines
        self.control = control
        self.reclaimer = reclaimer
        self.server = server
        self.tally = tally
        self.room = room
        self.singletons = singletons
    }

    /// Looks after the jobs in flight, until it is cancelled: for as long as there may be any.
    func guardJobs() async {
        await withDiscardingTaskGroup { roles in
            roles.addTask(executorPreference: Reactor.loop) { await self.heartbeat.run() }
            roles.addTask(executorPreference: Reactor.loop) { await self.renewal.run() }
            roles.addTask(executorPreference: Reactor.loop) { await self.deadlines.run() }
            roles.addTask(executorPreference: Reactor.loop) { await self.control.run() }
            roles.addTask(executorPreference: Reactor.loop) { await self.tally.run() }
            roles.addTask(executorPreference: Reactor.loop) { await self.room.run() }
        }
    }

    /// Looks after the fleet, until it is cancelled: for as long as this worker takes jobs.
    func serveFleet() async {
        await withDiscardingTaskGroup { roles in
            roles.addTask(executorPreference: Reactor.loop) { await self.reclaimer.run() }
            roles.addTask(executorPreference: Reactor.loop) { await self.server.run() }
            for role in singletons {
                roles.addTask(executorPreference: Reactor.loop) { await role.run() }
            }
        }
    }

    /// Tells the others that this worker is gone.
    func sayGoodbye() async {
        await heartbeat.stop()
    }
}
