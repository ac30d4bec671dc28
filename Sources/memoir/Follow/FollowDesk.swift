import Backfill
import JobQueue
import PostgresClient
import Reactor
import RedisClient
import Settings

/// One collection that is followed, with the connections of its own that it takes.
@Reactor
final class FollowDesk {
    private let composition: Composition
    private let command: FollowCommand
    private let collection: String
    private let database: PostgresConnection
    /// For what is looked at; the keeper's is its own.
    private let redis: RedisConnection
    private let keeping: RedisConnection
    private var run: FollowRun?
    private var isStopped = false

    init(_ composition: Composition, _ command: FollowCommand, _ collection: String) throws(CommandFailure) {
        self.composition = composition
        self.command = command
        self.collection = collection
        var configuration = try composition.databaseConfiguration()
        // The outbox is emptied.
        configuration.isReadOnly = command.pollInterval != nil
        database = PostgresConnection(configuration: configuration, logger: composition.logger)
        redis = composition.redisConnection()
        keeping = composition.redisConnection()
    }

    func stop() {
        isStopped = true
        run?.stop()
    }

    func close() {
        database.close()
        redis.close()
        keeping.close()
    }

    /// Follows until it is stopped; why it ended otherwise.
    func outcome() async -> CommandFailure? {
        do throws(CommandFailure) {
            try await follow()
            return nil
        } catch {
            return error
        }
    }

    private func follow() async throws(CommandFailure) {
        let source = try await composition.inspect(try composition.sourceDefinition(collection), database)
        do throws(BackfillError) {
            let run = try await prepare(source)
            self.run = run
            if isStopped { run.stop() }
            try await run.run()
        } catch {
            throw CommandFailure(error)
        }
    }

    private func prepare(_ source: Source) async throws(BackfillError) -> FollowRun {
        let changes = try await changes(of: source)
        let keeper = RunKeeper(
            run: FollowRun.runID(of: collection),
            into: FollowRun.stateName(of: collection),
            connection: keeping,
            keys: composition.keys,
            limits: composition.laneLimits
        )
        var start = FollowCheckpoint()
        if let polling = changes as? PollSource { start.position = try await firstPosition(polling) }
        let state = try await keeper.begin(fields: start.fields)
        var checkpoint = FollowCheckpoint(state.fields)
        checkpoint.position = checkpoint.position ?? start.position
        var configuration = FollowRun.Configuration()
        configuration.throttle = composition.throttleLimits(rate: command.rate)
        let observer = FollowObserver(collection: collection, isJSON: command.output.isJSON, logger: composition.logger)
        return FollowRun(
            source: changes,
            keeper: keeper,
            gauges: BackfillGauges(
                connection: redis,
                keys: composition.keys,
                state: state,
                maximumRedisBytes: composition.settings.cache.maximumRedisBytes
            ),
            checkpoint: checkpoint,
            configuration: configuration,
            tell: observer.take
        )
    }

    private func changes(of source: Source) async throws(BackfillError) -> any ChangeSource {
        let run = FollowRun.runID(of: collection)
        if let interval = command.pollInterval {
            var configuration = PollSource.Configuration()
            configuration.interval = interval
            configuration.page = composition.pageLimits
            let source = PollSource(
                database: database,
                source: source,
                keys: composition.keys,
                run: run,
                rowLimits: composition.rowLimits,
                configuration: configuration
            )
            if let source { return source }
            throw BackfillError(
                .invalidMapping,
                "collections.\(collection).source.updated is missing: --poll needs the column that says when a row was "
                    + "changed"
            )
        }
        let inspector = TriggerInspector(database: database)
        let table = try await inspector.table(of: source)
        let state = try await inspector.state(of: OutboxTrigger(source.mapping, on: table))
        if let problem = state.problem(of: collection, on: table) {
            throw BackfillError(.invalidMapping, "collections.\(collection).source: \(problem)")
        }
        return OutboxSource(
            database: database,
            source: source,
            table: table,
            keys: composition.keys,
            run: run,
            rowLimits: composition.rowLimits,
            maximumBytes: composition.settings.backfill.pageBytes
        )
    }

    /// Where polling begins that was not there before: when the rows were read that a backfill has poured in, else now.
    private func firstPosition(_ polling: PollSource) async throws(BackfillError) -> PollPosition {
        let runs = Runs(connection: redis, keys: composition.keys)
        let followed: RunState?
        let filled: RunState?
        do throws(RedisError) {
            followed = try await runs.state(of: FollowRun.stateName(of: collection))
            filled = try await runs.state(of: collection)
        } catch {
            throw BackfillError(error)
        }
        let start = followed?.seenAt ?? filled.flatMap { Self.isOfAllRows($0) ? $0.startedAt : nil }
        do throws(PostgresError) {
            return try await polling.start(start)
        } catch {
            throw BackfillError(error)
        }
    }

    private static func isOfAllRows(_ run: RunState) -> Bool {
        let order = RunOrder(collection: run.collection, run.fields)
        return run.isFinished && !order.selection.isPartial && order.retried == nil
    }
}
