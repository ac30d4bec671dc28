import Backfill
import JobQueue
import PostgresClient
import PostgresServerFixture
import Reactor
import RedisClient
import RedisServerFixture
import Synchronization
import Testing

/// A follower under way, with its connections, and what it has told.
@Reactor
final class Follower {
    private let stage: FollowStage
    private let database: PostgresConnection
    private let looking: RedisConnection
    private let keeping: RedisConnection
    private let told = ToldEvents()
    private var run: FollowRun?
    private var task: Task<BackfillError?, Never>?

    init(_ stage: FollowStage) throws {
        self.stage = stage
        database = try stage.postgres.connection()
        looking = stage.redisServer.connection()
        keeping = stage.redisServer.connection()
    }

    var events: [FollowEvent] { told.all }

    func start(polling interval: Duration?, overlap: Duration, knownRows: Int) async throws {
        let source = try await stage.inspect()
        let collection = stage.definition.collection
        let runID = FollowRun.runID(of: collection)
        let changes: any ChangeSource
        var first = FollowCheckpoint()
        if let interval {
            var configuration = PollSource.Configuration()
            configuration.interval = interval
            configuration.overlap = overlap
            configuration.knownRows = knownRows
            configuration.page.rows = 100
            let polling = try #require(
                PollSource(
                    database: database,
                    source: source,
                    keys: stage.keys,
                    run: runID,
                    rowLimits: RowLimits(),
                    configuration: configuration
                ),
                "nothing says when a row was changed"
            )
            first.position = try await polling.start(nil)
            changes = polling
        } else {
            changes = try await stage.outboxSource(database)
        }
        let keeper = RunKeeper(
            run: runID,
            into: FollowRun.stateName(of: collection),
            connection: keeping,
            keys: stage.keys,
            limits: LaneLimits(),
            beatInterval: .milliseconds(200)
        )
        let state = try await keeper.begin(fields: first.fields)
        var checkpoint = FollowCheckpoint(state.fields)
        checkpoint.position = checkpoint.position ?? first.position
        var configuration = FollowRun.Configuration()
        configuration.patience = .seconds(1)
        configuration.backoff = Backoff(initial: .milliseconds(20), maximum: .milliseconds(200))
        let run = FollowRun(
            source: changes,
            keeper: keeper,
            gauges: BackfillGauges(
                connection: looking,
                keys: stage.keys,
                state: state,
                maximumRedisBytes: 1 << 40
            ),
            checkpoint: checkpoint,
            configuration: configuration,
            tell: told.add
        )
        self.run = run
        task = Task {
            do throws(BackfillError) {
                try await run.run()
                return nil
            } catch {
                return error
            }
        }
    }

    /// What it ended with.
    @discardableResult
    func stop() async -> BackfillError? {
        run?.stop()
        return await ended()
    }

    func ended() async -> BackfillError? {
        let error = await task?.value
        for connection in [looking, keeping] { connection.close() }
        database.close()
        return error
    }

    /// As a process that is killed: nothing is said to Redis any more.
    func die() async {
        looking.close()
        keeping.close()
        database.close()
        await stop()
    }
}

final class ToldEvents: Sendable {
    private let events = Mutex<[FollowEvent]>([])

    var all: [FollowEvent] { events.withLock { $0 } }

    func add(_ event: FollowEvent) { events.withLock { $0.append(event) } }
}
