import Foundation
import PostgresClient
import PostgresServerFixture
import Reactor
import Testing

@Suite(.timeLimit(.minutes(2)))
struct EncryptionTests {
    enum Outcome: Sendable { case encrypted, plain, refused }

    private static let isEncrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

    /// The certificate is for `localhost`; `CERTIFICATE` stands for its file.
    @Test @Reactor func theModes() async throws {
        let server = try await PostgresServer(hasCertificate: true)
        let file = server.folder.appendingPathComponent("server.crt").path
        let other = try await PostgresServer(hasCertificate: true)
        let wrongFile = other.folder.appendingPathComponent("server.crt").path
        let cases: [(host: String, options: String, outcome: Outcome)] = [
            ("127.0.0.1", "sslmode=disable", .plain),
            ("127.0.0.1", "", .encrypted),
            ("127.0.0.1", "sslmode=prefer", .encrypted),
            ("127.0.0.1", "sslmode=require", .encrypted),
            ("127.0.0.1", "sslmode=verify-ca&sslrootcert=\(file)", .encrypted),
            ("127.0.0.1", "sslmode=verify-ca&sslrootcert=\(wrongFile)", .refused),
            ("127.0.0.1", "sslmode=verify-ca&sslrootcert=/nonexistent", .refused),
            ("127.0.0.1", "sslmode=verify-full&sslrootcert=\(file)", .refused),
            ("localhost", "sslmode=verify-full&sslrootcert=\(file)", .encrypted),
            ("localhost", "sslmode=verify-full&sslrootcert=\(wrongFile)", .refused),
        ]
        for (host, options, outcome) in cases {
            let connection = try server.connection(server.url(host: host, options: options))
            var answer: String?
            let error = await failure { () throws(PostgresError) in
                answer = try await connection.value(Self.isEncrypted)
            }
            switch outcome {
            case .encrypted: #expect(answer == "t", "\(host) \(options): \(error?.description ?? "")")
            case .plain: #expect(answer == "f", "\(host) \(options): \(error?.description ?? "")")
            case .refused: #expect(error?.code == .cannotConnect, "\(host) \(options)")
            }
        }
    }

    /// A server without TLS is asked for it first, on a socket that libpq may close for another.
    @Test(arguments: [("sslmode=prefer", true), ("sslmode=require", false), ("sslmode=allow", true)]) @Reactor
    func aServerWithoutTLS(options: String, isTaken: Bool) async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection(server.url(options: options))
        let error = await failure { () throws(PostgresError) in try await connection.connect() }
        #expect((error == nil) == isTaken)
    }

    @Test @Reactor func muchOverTLSIsWholeAndCanBeCancelled() async throws {
        let server = try await PostgresServer(hasCertificate: true)
        let connection = try server.connection(server.url(options: "sslmode=require"))
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let rows = try await connection.query("SELECT g, repeat('x', g % 5000) FROM generate_series(1, 20000) g")
        var count = 0
        var bytes = 0
        while try await rows.next() {
            count += 1
            bytes += rows.bytes(1)?.count ?? 0
        }
        #expect(count == 20_000 && bytes == 4 * (0..<5_000).reduce(0, +))
        let text = String(repeating: "é", count: 3_000_000)
        #expect(try await connection.value("SELECT $1 || 'x'", [text]) == text + "x")
        let abandoned = try await connection.query("SELECT g FROM generate_series(1, 10000000) g")
        await abandoned.cancel()
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    /// A record is larger than what libpq has room for at a time: the rest is OpenSSL's, and the socket says nothing of it.
    @Test @Reactor func rowsInFullRecords() async throws {
        let server = try await PostgresServer(hasCertificate: true)
        let proxy = try TLSProxy(to: server)
        for (bytes, count) in [(6_000, 5), (1_000, 97), (100, 2_000), (100_000, 9)] {
            let connection = try server.connection(proxy.url(server)) {
                $0.statementTimeout = .seconds(10)
                $0.deadlineGrace = .seconds(1)
            }
            let rows = try await connection.query("SELECT repeat('x', \(bytes)) AS a FROM generate_series(1, \(count))")
            let error = await failure { () throws(PostgresError) in
                var read = 0
                while try await rows.next() { read += rows.bytes(0)?.count ?? 0 }
                #expect(read == bytes * count)
            }
            #expect(error == nil, "\(count) rows of \(bytes) bytes")
        }
    }

    /// What stands behind a statement's end in the same record comes without another.
    @Test @Reactor func aNotificationInTheStatementsLastRecord() async throws {
        let server = try await PostgresServer(hasCertificate: true)
        let proxy = try TLSProxy(to: server)
        let listener = try server.connection(proxy.url(server))
        let speaker = try server.connection()
        try await listener.listen("behind")
        let pid = try await listener.value("SELECT pg_backend_pid()")
        let task = Task {
            try await listener.execute("SELECT repeat('x', 6000), pg_sleep(0.02) FROM generate_series(1, 4)").rows.count
        }
        let isOver = "SELECT state = 'idle' AND query LIKE 'SELECT repeat%' FROM pg_stat_activity WHERE pid = $1::int"
        #expect(try await eventually { try await speaker.value(isOver, [pid]) == "t" })
        _ = try await speaker.execute("SELECT pg_notify('behind', repeat('y', 7900))")
        #expect(try await task.value == 4)
        #expect(try await listener.nextNotification(timeout: .seconds(5))?.payload.utf8.count == 7_900)
    }
}
