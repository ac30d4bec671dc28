import Backfill
import Foundation
import JobQueue
import PostgresClient
import PostgresServerFixture
import Reactor
import RedisServerFixture
import Templates
import Testing

/// What is put into a real database, and what it tells.
@Suite(.timeLimit(.minutes(2)))
@Reactor
struct FollowTriggerTests {
    @Test func itIsMissingReadyDisabledOutdatedAndGone() async throws {
        let stage = try await FollowStage()
        #expect(try await stage.state() == .missing)
        try await stage.install()
        #expect(try await stage.state() == .ready)
        // Once more.
        try await stage.install()
        #expect(try await stage.state() == .ready)

        let name = try await stage.trigger().name
        try await stage.run("ALTER TABLE \(stage.table) DISABLE TRIGGER \"\(name)\"")
        #expect(try await stage.state() == .disabled)
        try await stage.install()
        #expect(try await stage.state() == .ready)

        stage.definition.key = try TextTemplate(parsing: "{code}/{body}")
        #expect(try await stage.state() == .outdated)
        try await stage.install()
        #expect(try await stage.state() == .ready)

        let removal = try await stage.trigger().removal(isLast: false)
        try await TriggerInspector(database: stage.database).run(removal)
        #expect(try await stage.state() == .missing)
        try await stage.insert(1)
        #expect(try await stage.outboxCount() == 0)
        await stage.end()
    }

    @Test func whatIsPrintedIsWhatIsRun() async throws {
        let stage = try await FollowStage()
        let text = OutboxTrigger.text(try await stage.trigger().installation)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(stage.table).sql")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let psql = Process()
        psql.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        psql.arguments = [
            "psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-f", file.path, stage.postgres.socketURL,
        ]
        psql.standardOutput = FileHandle.nullDevice
        psql.standardError = FileHandle.nullDevice
        try psql.run()
        psql.waitUntilExit()
        #expect(psql.terminationStatus == 0)
        #expect(try await stage.state() == .ready)
        await stage.end()
    }

    @Test func whatCannotHaveOneIsRefused() async throws {
        let stage = try await FollowStage()
        try await stage.run("CREATE VIEW \(stage.table)_view AS SELECT * FROM \(stage.table)")
        stage.definition.primaryKey = ["id"]
        for (relation, said) in [
            (SourceDefinition.Relation.table("\(stage.table)_view"), "is a view"),
            (.query("SELECT * FROM \(stage.table)"), "a query has no trigger"),
        ] {
            var definition = SourceDefinition(
                collection: stage.table,
                relation: relation,
                content: stage.definition.content
            )
            definition.primaryKey = ["id"]
            stage.definition = definition
            let error = await #expect(throws: BackfillError.self) { try await stage.trigger() }
            #expect(error?.code == .invalidMapping)
            #expect(error?.message.contains(said) == true)
            #expect(error?.message.contains("--poll") == true)
        }
        await stage.end()
    }

    /// A role that may change the table and nothing else makes changes; one that may not read the outbox is told so.
    @Test func rolesWithoutRights() async throws {
        let stage = try await FollowStage()
        try await stage.install()
        let role = "role_\(stage.table)"
        try await stage.run("CREATE ROLE \(role) LOGIN")
        try await stage.run("GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON \(stage.table) TO \(role)")
        let url = stage.postgres.socketURL.replacingOccurrences(
            of: "//\(PostgresServer.user)@",
            with: "//\(role)@"
        )
        let application = try stage.postgres.connection(url)
        for statement in [
            "INSERT INTO \(stage.table) VALUES (1, 'a', 'c', 'b')", "UPDATE \(stage.table) SET id = 2",
            "DELETE FROM \(stage.table)", "TRUNCATE \(stage.table)",
        ] {
            _ = try await application.execute(statement)
        }
        #expect(try await stage.outboxCount() == 4)
        let inspector = TriggerInspector(database: application)
        let denied = try await inspector.state(of: try await stage.trigger())
        guard case .denied(role, _) = denied else {
            Issue.record("\(denied)")
            return
        }
        #expect(try await inspector.objection(to: try await stage.trigger())?.contains("GRANT INSERT") == true)
        try await stage.run("GRANT SELECT, DELETE ON memoir_outbox TO \(role)")
        #expect(try await inspector.state(of: try await stage.trigger()) == .ready)
        application.close()
        try await stage.run("DROP OWNED BY \(role)")
        try await stage.run("DROP ROLE \(role)")
        await stage.end()
    }

    /// Whatever the session that makes the change writes its values like.
    @Test func identitiesAreWrittenAsOurSessionsReadThem() async throws {
        let stage = try await FollowStage()
        try await stage.run(
            """
            ALTER TABLE \(stage.table) ADD t timestamptz, ADD d date, ADD n numeric, ADD f float8, ADD b bytea,
            ADD i interval, ADD o boolean, ADD a text[], ADD j jsonb, ADD "Od""d name" char(5)
            """
        )
        let key = "{t}/{d}/{n}/{f}/{b}/{i}/{o}/{a}/{j}/{Od\"d name}"
        stage.definition.key = try TextTemplate(parsing: key)
        try await stage.install()
        stage.worker.start()
        try await stage.run(
            """
            INSERT INTO \(stage.table) SELECT 1, 'a', 'c', 'body', now(), '2026-03-01 10:00+02', '2026-03-01', 1.50, 0.1,
            '\\x00ff', '1 day 02:03:04', true, ARRAY['x"y', NULL, 'é'], '{"k": [1, null]}', 'ab'
            """
        )
        let follower = try await stage.follow()
        #expect(await eventually { stage.worker.memories.count == 1 })
        let session = try stage.postgres.connection()
        for setting in [
            "DateStyle = 'German'", "TimeZone = 'Asia/Tokyo'", "IntervalStyle = 'postgres_verbose'",
            "extra_float_digits = -5", "bytea_output = 'escape'",
        ] {
            _ = try await session.execute("SET \(setting)")
        }
        _ = try await session.execute("DELETE FROM \(stage.table)")
        session.close()
        #expect(await eventually { stage.worker.memories.isEmpty })
        #expect(stage.worker.forgets == 1)
        #expect(await follower.stop() == nil)
        await stage.end()
    }

    @Test func partitionedTables() async throws {
        let stage = try await FollowStage()
        try await stage.run("DROP TABLE \(stage.table)")
        try await stage.run(
            """
            CREATE TABLE \(stage.table) (id bigint, owner text NOT NULL, code text, body text,
            updated_at timestamptz DEFAULT now(), PRIMARY KEY (id, owner)) PARTITION BY LIST (owner)
            """
        )
        for owner in ["a", "b"] {
            try await stage.run(
                "CREATE TABLE \(stage.table)_\(owner) PARTITION OF \(stage.table) FOR VALUES IN ('\(owner)')"
            )
        }
        try await stage.install()
        #expect(try await stage.state() == .ready)
        stage.worker.start()
        try await stage.insert(1)
        try await stage.insert(2)
        _ = try await stage.follow()
        #expect(await eventually { stage.worker.contents == ["a/c1": "row 1", "a/c2": "row 2"] })
        // Into another partition.
        try await stage.run("UPDATE \(stage.table) SET owner = 'b' WHERE id = 1")
        #expect(await eventually { stage.worker.contents == ["b/c1": "row 1", "a/c2": "row 2"] })
        await stage.end()
    }
}
