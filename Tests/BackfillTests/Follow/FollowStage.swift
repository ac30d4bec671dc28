import Backfill
import JobQueue
import Logging
import Memory
import PostgresClient
import PostgresServerFixture
import Reactor
import RedisClient
import RedisServerFixture
import Templates
import Testing

/// A table, a Redis, and what is needed to follow the one into the other.
@Reactor
final class FollowStage {
    let postgres: PostgresServer
    let redisServer: RedisServer
    /// The collection's name, too: the outbox of a server that others use as well tells them apart.
    let table: String
    /// Of a superuser, who makes the changes.
    let database: PostgresConnection
    let redis: RedisConnection
    let keys = JobKeys()
    let worker: ModelWorker
    var definition: SourceDefinition
    private var followers: [Follower] = []

    /// A table `id, owner, code, body, updated_at`, whose rows are called by owner and code.
    init(postgres: PostgresServer? = nil, redis redisServer: RedisServer? = nil) async throws {
        if let postgres { self.postgres = postgres } else { self.postgres = try await .shared }
        if let redisServer { self.redisServer = redisServer } else { self.redisServer = try await RedisServer() }
        table = "rows_\(UInt64.random(in: .min ... .max))"
        database = try self.postgres.connection()
        redis = self.redisServer.connection()
        worker = ModelWorker(redis: redis, keys: keys)
        definition = SourceDefinition(
            collection: table,
            relation: .table(table),
            content: try TextTemplate(parsing: "{body}")
        )
        definition.key = try TextTemplate(parsing: "{code}")
        definition.tenant = "owner"
        definition.updated = "updated_at"
        try await run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, owner text NOT NULL, code text, body text,
            updated_at timestamptz NOT NULL DEFAULT now())
            """
        )
    }

    func run(_ sql: String, _ parameters: [String?] = []) async throws {
        _ = try await database.execute(sql, parameters)
    }

    func insert(_ id: Int, owner: String = "a", code: String? = nil, body: String? = nil) async throws {
        try await run(
            "INSERT INTO \(table) VALUES ($1, $2, $3, $4)",
            ["\(id)", owner, code ?? "c\(id)", body ?? "row \(id)"]
        )
    }

    /// Makes the column `updated_at` one of that type.
    func setTime(_ type: String) async throws {
        try await run("ALTER TABLE \(table) ALTER updated_at DROP DEFAULT, ALTER updated_at TYPE \(type)")
        try await run("ALTER TABLE \(table) ALTER updated_at SET DEFAULT (now() AT TIME ZONE 'UTC')")
    }

    func inspect() async throws -> Source {
        let reading = try postgres.connection { $0.isReadOnly = true }
        defer { reading.close() }
        return try await SourceInspector(database: reading).inspect(definition, declaring: [])
    }

    func trigger() async throws -> OutboxTrigger {
        let source = try await inspect()
        return OutboxTrigger(source.mapping, on: try await TriggerInspector(database: database).table(of: source))
    }

    func install() async throws {
        try await TriggerInspector(database: database).run(try await trigger().installation)
    }

    func state() async throws -> TriggerState {
        try await TriggerInspector(database: database).state(of: try await trigger())
    }

    /// What the lane holds at the most.
    func boundLane(to jobs: Int) async throws {
        var limits = LaneLimits()
        limits.bulk = jobs
        try await limits.publish(on: redis, keys: keys)
    }

    /// Rows that could not be followed.
    func failures() async throws -> [RunFailure] {
        var failures = RunFailures(of: FollowRun.runID(of: definition.collection), connection: redis, keys: keys)
        var all: [RunFailure] = []
        while let page = try await failures.next() { all += page }
        return all.sorted { $0.source < $1.source }
    }

    /// Entries of the outbox for this stage's table, which the shared server's other tables are not in.
    func outboxCount() async throws -> Int {
        let found = try await database.execute(
            "SELECT count(*) FROM memoir_outbox WHERE collection = $1",
            [definition.collection]
        )
        return found.rows[0][0].flatMap { Int($0) } ?? -1
    }

    // MARK: Followers

    /// Starts one.
    func follow(
        polling interval: Duration? = nil,
        overlap: Duration = .seconds(60),
        knownRows: Int = 50_000
    ) async throws -> Follower {
        let follower = try Follower(self)
        followers.append(follower)
        try await follower.start(polling: interval, overlap: overlap, knownRows: knownRows)
        return follower
    }

    /// - Parameter table: whose trigger it listens to; the source's own where there is none.
    func outboxSource(_ connection: PostgresConnection, _ table: FollowedTable? = nil) async throws -> OutboxSource {
        let source = try await inspect()
        let own = table == nil ? try await TriggerInspector(database: database).table(of: source) : nil
        return OutboxSource(
            database: connection,
            source: source,
            table: try #require(table ?? own),
            keys: keys,
            run: FollowRun.runID(of: definition.collection),
            rowLimits: RowLimits(),
            maximumBytes: 1 << 20,
            settleTime: .milliseconds(300)
        )
    }

    func end() async {
        for follower in followers { await follower.stop() }
        worker.stop()
        // The shared server's other tests have tables of other names, and one outbox.
        _ = try? await database.execute("DROP TABLE \(table) CASCADE")
        _ = try? await database.execute("DELETE FROM memoir_outbox WHERE collection = $1", [definition.collection])
        database.close()
        redis.close()
    }
}
