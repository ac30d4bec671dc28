import Foundation
internal import Logging
internal import Reactor
package import RedisClient

/// A redis-server of its own, without a port and without persistence, which ends with this object or with the test
/// process, whichever is first.
package final class RedisTestServer: Sendable {
    private let folder: URL
    private let process: Process
    // The server's end of life: the shell beside it reads its standard input to the end.
    private let input = Pipe()

    /// Off the reactor: its thread blocks all signals, which a child would inherit and then could not be ended.
    @concurrent
    package static func start() async throws -> RedisTestServer {
        try RedisTestServer()
    }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("memoir-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            redis-server --port 0 --unixsocket redis.sock --save '' --appendonly no --loglevel warning \
            >redis.log 2>&1 & server=$!; read end; kill -9 $server; wait $server; rm -rf "$PWD"
            """,
        ]
        process.currentDirectoryURL = folder
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
    }

    /// Commands wait until the server is up.
    package var configuration: RedisConfiguration {
        var configuration = RedisConfiguration()
        configuration.endpoint = .unix(path: folder.appendingPathComponent("redis.sock").path)
        configuration.backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(50))
        configuration.commandTimeout = .seconds(10)
        return configuration
    }

    @Reactor
    package func connection() -> RedisConnection {
        RedisConnection(
            configuration: configuration,
            logger: Logger(label: "redis-test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
