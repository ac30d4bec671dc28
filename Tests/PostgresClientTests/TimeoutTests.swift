import PostgresClient
import PostgresServerFixture
import Reactor
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TimeoutTests {
    @Test @Reactor func theServerEndsWhatTakesTooLong() async throws {
        let connection = try await PostgresServer.shared.connection { $0.statementTimeout = .milliseconds(200) }
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let error = await failure { () throws(PostgresError) in try await connection.execute("SELECT pg_sleep(60)") }
        #expect(error?.code == .timedOut)
        #expect(error?.sqlState == "57014")
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
        // In its middle, too.
        let rows = try await connection.query("SELECT pg_sleep(0.01) FROM generate_series(1, 1000)")
        let later = await failure { () throws(PostgresError) in
            while try await rows.next() {}
        }
        #expect(later?.code == .timedOut)
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    @Test @Reactor func aCallMayHaveItsOwnLimit() async throws {
        let connection = try await PostgresServer.shared.connection { $0.statementTimeout = .milliseconds(200) }
        let slow = "SELECT current_setting('statement_timeout'), pg_sleep(0.4)"
        let patient = try await connection.execute(slow, timeout: .seconds(30))
        #expect(patient.rows.first?.first == "30s")
        let error = await failure { () throws(PostgresError) in try await connection.execute(slow) }
        #expect(error?.code == .timedOut)
        #expect(try await connection.value("SELECT current_setting('statement_timeout')") == "200ms")
    }

    @Test @Reactor func aTransactionThatIsRolledBackTakesTheLimitBack() async throws {
        let connection = try await PostgresServer.shared.connection { $0.statementTimeout = .seconds(60) }
        let limit = "SELECT current_setting('statement_timeout')"
        _ = try await connection.execute("BEGIN")
        #expect(try await connection.execute(limit, timeout: .seconds(7)).rows == [["7s"]])
        #expect(try await connection.value(limit) == "1min")
        _ = try await connection.execute("ROLLBACK", timeout: .seconds(7))
        #expect(try await connection.execute(limit, timeout: .seconds(7)).rows == [["7s"]])
        // A failed transaction takes nothing but its end, which has a limit of its own here.
        _ = try await connection.execute("BEGIN")
        let error = await failure { () throws(PostgresError) in try await connection.execute("SELECT 1 / 0") }
        #expect(error?.sqlState == "22012")
        _ = try await connection.execute("ROLLBACK", timeout: .seconds(9))
        #expect(try await connection.value(limit) == "1min")
    }

    @Test @Reactor func aCancelBySomebodyElseIsNoTimeout() async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection()
        let other = try server.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let task = Task {
            await failure { () throws(PostgresError) in try await connection.execute("SELECT pg_sleep(60)") }
        }
        try await Task.sleep(for: .milliseconds(100))
        _ = try await other.execute("SELECT pg_cancel_backend($1::int)", [pid])
        let error = await task.value
        #expect(error?.code == .server && error?.sqlState == "57014")
    }

    @Test @Reactor func aServerThatStandsStillRunsIntoTheDeadline() async throws {
        let server = try await PostgresServer()
        let connection = try server.connection {
            $0.statementTimeout = .milliseconds(200)
            $0.deadlineGrace = .milliseconds(200)
            $0.connectTimeout = .milliseconds(300)
        }
        try await connection.connect()
        server.pause()
        let error = await failure { () throws(PostgresError) in try await connection.execute("SELECT 1") }
        #expect(error?.code == .timedOut)
        #expect(error?.sqlState == nil && error?.isPassing == true)
        #expect(!connection.isConnected)
        // The kernel still takes connections.
        let next = await failure { () throws(PostgresError) in try await connection.execute("SELECT 1") }
        #expect(next?.code == .cannotConnect)
        #expect(next?.isPassing == true)
        server.resume()
        #expect(
            await eventually {
                await failure { () throws(PostgresError) in try await connection.connect() } == nil
            }
        )
    }
}
