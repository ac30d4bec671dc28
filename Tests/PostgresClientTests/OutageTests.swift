import PostgresClient
import PostgresServerFixture
import Reactor
import Testing

@Suite(.timeLimit(.minutes(2)))
struct OutageTests {
    @Test @Reactor func aServerKilledAmidRowsIsFoundAgain() async throws {
        let server = try await PostgresServer()
        let connection = try server.connection()
        _ = try await connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 10) AS a")
        let rows = try await connection.query("SELECT g, repeat('x', 1000) FROM generate_series(1, 10000000) g")
        for _ in 0..<1_000 { #expect(try await rows.next()) }
        server.kill()
        let error = await failure { () throws(PostgresError) in
            while try await rows.next() {}
        }
        #expect(error?.code == .connectionLost)
        #expect(error?.isPassing == true)
        let again = await failure { () throws(PostgresError) in try await rows.next() }
        #expect(again?.code == .connectionLost)
        let refused = await failure { () throws(PostgresError) in try await connection.execute("SELECT 1") }
        #expect(refused?.code == .cannotConnect && refused?.isPassing == true)
        try await server.start()
        #expect(try await connection.value("SELECT count(*) FROM kept") == "10")
    }

    @Test @Reactor func aServerThatWasRestartedMeanwhileIsNotNoticed() async throws {
        let server = try await PostgresServer()
        let connection = try server.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        server.stop()
        #expect(await eventually { !connection.isConnected })
        try await server.start()
        #expect(try await connection.value("SELECT pg_backend_pid()") != pid)
    }

    @Test @Reactor func whatTheServerSaysBeforeItHangsUpIsTheReason() async throws {
        let server = try await PostgresServer()
        let connection = try server.connection()
        let task = Task {
            await failure { () throws(PostgresError) in try await connection.execute("SELECT pg_sleep(60)") }
        }
        #expect(await eventually { connection.isConnected })
        try await Task.sleep(for: .milliseconds(100))
        server.stop()
        let error = await task.value
        #expect(error?.code == .connectionLost)
        #expect(error?.sqlState == "57P01" && error?.isPassing == true)
        #expect(!connection.isConnected)
    }

    @Test @Reactor func whoIsNotLetInLearnsWhy() async throws {
        let server = try await PostgresServer.shared
        let cases: [(String, PostgresError.Code, String?)] = [
            (server.url(password: "wrong"), .authenticationFailed, "28P01"),
            (server.url(user: "nobody"), .authenticationFailed, "28P01"),
            (server.url(password: ""), .authenticationFailed, nil),
            (server.url(database: "nowhere"), .cannotConnect, "3D000"),
            ("host=127.0.0.1 port=1 user=x dbname=x", .cannotConnect, nil),
            ("host=name.invalid user=x dbname=x", .cannotConnect, nil),
            ("host=/nonexistent user=x dbname=x", .cannotConnect, nil),
        ]
        for (url, code, sqlState) in cases {
            let connection = try server.connection(url)
            let error = await failure { () throws(PostgresError) in try await connection.connect() }
            #expect(error?.code == code, "\(error?.description ?? "connected")")
            #expect(error?.sqlState == sqlState, "\(error?.description ?? "connected")")
            #expect(error?.message.contains("LOCATION") == false)
            #expect(error?.description.contains(PostgresServer.password) == false)
            #expect(!connection.isConnected)
        }
    }

    @Test @Reactor func aFullServerIsPassing() async throws {
        let server = try await PostgresServer("-c", "max_connections=5", "-c", "superuser_reserved_connections=0")
        var connections: [PostgresConnection] = []
        var error: PostgresError?
        for _ in 0..<6 {
            let connection = try server.connection()
            error = await failure { () throws(PostgresError) in try await connection.connect() }
            connections.append(connection)
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.sqlState == "53300" && error?.isPassing == true)
        connections[0].close()
        #expect(
            await eventually {
                await failure { () throws(PostgresError) in try await connections[5].connect() } == nil
            }
        )
    }

    @Test @Reactor func theFirstServerThatAnswersIsTaken() async throws {
        let server = try await PostgresServer.shared
        let port = server.port
        // The last host's port stands behind it.
        for hosts in ["127.0.0.1:1,127.0.0.1", "name.invalid:\(port),127.0.0.1", "localhost"] {
            let connection = try server.connection(server.url(host: hosts))
            #expect(try await connection.value("SELECT current_setting('port')") == "\(port)", "\(hosts)")
        }
    }

    @Test @Reactor func theSessionMustBeOfTheKindAskedFor() async throws {
        let server = try await PostgresServer.shared
        let fine = try server.connection(server.url(options: "target_session_attrs=primary"))
        #expect(try await fine.value("SELECT 1") == "1")
        let standby = try server.connection(server.url(options: "target_session_attrs=standby"))
        let error = await failure { () throws(PostgresError) in try await standby.connect() }
        #expect(error?.code == .cannotConnect)
        let preferred = try server.connection(
            server.url(host: "127.0.0.1", options: "target_session_attrs=prefer-standby")
        )
        #expect(try await preferred.value("SELECT 1") == "1")
    }

    @Test @Reactor func aUnixSocket() async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection(server.socketURL)
        #expect(try await connection.value("SELECT inet_server_addr() IS NULL") == "t")
        let overTCP = try server.connection()
        #expect(try await overTCP.value("SELECT host(inet_server_addr())") == "127.0.0.1")
    }
}
