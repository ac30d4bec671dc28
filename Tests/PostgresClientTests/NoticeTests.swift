import Foundation
import PostgresClient
import PostgresServerFixture
import Reactor
import Testing

@Suite(.timeLimit(.minutes(2)))
struct NoticeTests {
    /// What the operation makes the process write to its standard error.
    @Reactor
    private static func standardError(during operation: @Reactor () async throws -> Void) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("stderr-\(UUID().uuidString)")
        let saved = dup(STDERR_FILENO)
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        dup2(descriptor, STDERR_FILENO)
        defer {
            dup2(saved, STDERR_FILENO)
            close(saved)
            close(descriptor)
            try? FileManager.default.removeItem(at: file)
        }
        try await operation()
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test @Reactor func noticesGoToTheLog() async throws {
        let server = try await PostgresServer.shared
        let recorder = LogRecorder()
        var configuration = try PostgresConfiguration(server.url())
        configuration.isReadOnly = false
        let connection = PostgresConnection(configuration: configuration, logger: recorder.logger())
        let written = try await Self.standardError {
            _ = try await connection.execute("DROP TABLE IF EXISTS not_there")
            _ = try await connection.execute("DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$")
        }
        #expect(!written.contains("not_there") && !written.contains("gap"), "\(written)")
        let notices = recorder.all.filter { $0.contains("postgres_notice") }
        #expect(notices.contains { $0.contains("not_there") && $0.contains("severity=NOTICE") })
        #expect(notices.contains { $0.contains("mind the gap") && $0.contains("severity=WARNING") })
        #expect(recorder.all.allSatisfy { $0.hasPrefix("debug ") && !$0.contains(PostgresServer.password) })
    }
}
