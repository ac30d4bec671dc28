import Foundation
internal import Logging
internal import Reactor
package import RedisClient

/// A redis-server of its own, without a port and without persistence, which ends with this object or with the test
/// process, whichever is first.
package final class RedisTestServer: Sendable {
    private let folder: URL
    /// The shell beside the server ends it when this file is there, or the test process is not.
    private var stopFile: URL { folder.appendingPathComponent("stop") }

    /// Off the reactor: its thread blocks all signals, which a child would inherit.
    @concurrent
    package static func start() async throws -> RedisTestServer {
        try RedisTestServer()
    }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("memoir-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            redis-server --port 0 --unixsocket redis.sock --save '' --appendonly no --loglevel warning >redis.log 2>&1 &
            while kill -0 "$1" && [ ! -e stop ]; do sleep 0.2; done
            kill -9 $!; cd /; rm -rf "$2"
            """,
            "redis", "\(ProcessInfo.processInfo.processIdentifier)", folder.path,
        ]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        _ = FileManager.default.createFile(atPath: stopFile.path, contents: nil)
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
