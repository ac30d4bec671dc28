internal import JobQueue
internal import Logging
internal import Reactor
internal import RedisClient

extension Supervisor {
    /// Makes all roles.
    ///
    /// - Parameters:
    ///   - connection: shared by all that does not block.
    ///   - blocking: for reads that do.
    ///   - figures: what the heartbeat shows.
    convenience init(
        configuration: WorkerConfiguration,
        group: ConsumerGroup,
        connection: RedisConnection,
        blocking: RedisConnection,
        keys: JobKeys,
        state: WorkerState,
        readers: [Lane: LaneReader],
        pipeline: JobPipeline,
        tally: CacheTally,
        room: CacheRoomWatch,
        outage: OutageLog,
        figures: @escaping @Reactor () -> [(name: String, value: String)],
        logger: Logger
    ) {
        let renewal = LeaseRenewal(group: group, inFlight: state.inFlight, logger: logger) { entryIDs, lane in
            pipeline.drop(entryIDs, lane: lane)
        }
        let heartbeat = Heartbeat(
            beat: WorkerBeat(connection: connection, keys: keys, worker: configuration.id),
            lease: state.lease,
            renewal: renewal,
            interval: configuration.heartbeatInterval,
            outage: outage,
            figures: figures
        )
        let census = GroupCensus(connection: connection, keys: keys)
        let reclaimer = Reclaimer(
            group: group,
            census: census,
            lanes: readers,
            state: state,
            configuration: configuration,
            logger: logger
        )
        let control = ControlWatch(
            connection: blocking,
            keys: keys,
            configuration: configuration,
            changed: { fleet in
                state.paused.replace(with: fleet.paused)
                state.marks.replace(with: fleet.cancelled)
                pipeline.cancelMarked()
            },
            left: { worker in reclaimer.saidGoodbye(worker) }
        )
        let promoter = Promoter(delayed: DelayedJobs(connection: connection, keys: keys), logger: logger)
        let statistician = Statistician(connection: connection, keys: keys)
        let janitor = Janitor(
            connection: connection,
            keys: keys,
            census: census,
            deadLettersKept: configuration.deadLettersKept,
            limits: configuration.laneLimits,
            logger: logger
        )
        let role = { (name: String, act: @escaping @Reactor () async throws(RedisError) -> Duration) in
            SingletonRole(
                lease: RoleLease(
                    name,
                    connection: connection,
                    keys: keys,
                    holder: configuration.id,
                    duration: configuration.heartbeatLifetime
                ),
                renewal: configuration.heartbeatInterval,
                act: act
            )
        }
        self.init(
            heartbeat: heartbeat,
            renewal: renewal,
            deadlines: DeadlineWatch(inFlight: state.inFlight) { pipeline.expireOverdue() },
            control: control,
            reclaimer: reclaimer,
            server: ServerWatch(connection: connection, logger: logger),
            tally: tally,
            room: room,
            singletons: [
                role("promoter") { () async throws(RedisError) in try await promoter.act() },
                role("janitor") { () async throws(RedisError) in try await janitor.act() },
                role("statistician") { () async throws(RedisError) in try await statistician.act() },
            ]
        )
    }
}
