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
}
