import PostgresClient
import PostgresServerFixture
import Reactor
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CancellationTests {
    private static let sleepers = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1"

    /// A statement that only its comment tells from others.
    private static func sleep(_ mark: String) -> String { "SELECT pg_sleep(60) /* \(mark) */" }

    @Test @Reactor func aCancelledTaskEndsItsStatementOnTheServer() async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection()
        let other = try server.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let task = Task {
            await failure { () throws(PostgresError) in try await connection.execute(Self.sleep("one")) }
        }
        #expect(try await eventually { try await other.value(Self.sleepers, ["%60) /* one%"]) == "1" })
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(try await eventually { try await other.value(Self.sleepers, ["%60) /* one%"]) == "0" })
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    @Test @Reactor func theNextCallWaitsForTheEndOfTheCancelledOne() async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        // At any moment of the statement: before it is sent, under way, nearly over, over.
        for round in 0..<60 {
            let task = Task {
                await failure { () throws(PostgresError) in try await connection.execute("SELECT pg_sleep(0.003)") }
            }
            try await Task.sleep(for: .microseconds(100 * round))
            task.cancel()
            let error = await task.value
            #expect(error == nil || error?.code == .cancelled)
            #expect(try await connection.value("SELECT pg_backend_pid()") == pid, "round \(round)")
        }
    }

    @Test @Reactor func aCancelledTaskBeginsNothing() async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { () throws(PostgresError) in try await connection.execute("SELECT 1") }
        }
        #expect(await task.value?.code == .cancelled)
        #expect(!connection.isConnected)
        #expect(try await connection.value("SELECT 1") == "1")
    }

    @Test @Reactor func rowsOfACancelledTaskEnd() async throws {
        let connection = try await PostgresServer.shared.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let task = Task {
            var count = 0
            let error = await failure { () throws(PostgresError) in
                let rows = try await connection.query("SELECT g, pg_sleep(0.001) FROM generate_series(1, 1000000) g")
                while try await rows.next() { count += 1 }
            }
            return (error, count)
        }
        try await Task.sleep(for: .milliseconds(300))
        task.cancel()
        let (error, count) = await task.value
        #expect(error?.code == .cancelled)
        #expect(count < 1_000_000)
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    @Test @Reactor func rowsThatOneTaskReadsAreCancelledByAnother() async throws {
        let connection = try await PostgresServer.shared.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        for _ in 0..<5 {
            // The server sends what it has gathered by 8 kB: the first rows come at once, the last never.
            let rows = try await connection.query(
                """
                SELECT repeat('x', 1000), pg_sleep(CASE WHEN g < 100 THEN 0 ELSE 60 END)
                FROM generate_series(1, 100) g
                """
            )
            let task = Task {
                await failure { () throws(PostgresError) in
                    while try await rows.next() {}
                }
            }
            try await Task.sleep(for: .milliseconds(20))
            await rows.cancel()
            let error = await task.value
            #expect(error?.code == .cancelled)
            #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
        }
    }

    @Test @Reactor func aServerThatIgnoresTheRequestLosesTheConnection() async throws {
        let server = try await PostgresServer()
        let connection = try server.connection { $0.cancelTimeout = .milliseconds(300) }
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let task = Task {
            await failure { () throws(PostgresError) in try await connection.execute(Self.sleep("two")) }
        }
        try await Task.sleep(for: .milliseconds(100))
        server.pause()
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(await eventually { !connection.isConnected })
        server.resume()
        let next = try await connection.value("SELECT pg_backend_pid()")
        #expect(next != nil && next != pid)
    }

    @Test @Reactor func anAttemptToConnectIsCancelled() async throws {
        let server = try await PostgresServer()
        server.pause()
        let connection = try server.connection { $0.connectTimeout = .seconds(60) }
        let task = Task { await failure { () throws(PostgresError) in try await connection.connect() } }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        server.resume()
        #expect(try await connection.value("SELECT 1") == "1")
    }

    @Test @Reactor func closeEndsWhatRunsForGood() async throws {
        let connection = try await PostgresServer.shared.connection()
        let task = Task {
            await failure { () throws(PostgresError) in try await connection.execute(Self.sleep("three")) }
        }
        #expect(await eventually { connection.isConnected })
        try await Task.sleep(for: .milliseconds(50))
        connection.close()
        #expect(await task.value?.code == .closed)
        let error = await failure { () throws(PostgresError) in try await connection.connect() }
        #expect(error?.code == .closed)
        #expect(!connection.isConnected)
    }

    @Test @Reactor func aConnectionThatIsLetGoOfEndsItsSession() async throws {
        let server = try await PostgresServer.shared
        let other = try server.connection()
        var connection: PostgresConnection? = try server.connection()
        let pid = try await connection?.value("SELECT pg_backend_pid()")
        connection = nil
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::int"
        #expect(try await eventually { try await other.value(sql, [pid]) == "0" })
    }
}
