package import Foundation
internal import Synchronization

/// A real server of a test's own, on a free port and a unix socket in a temporary folder. It ends with this object or
/// with the test process, whichever is first.
package final class RedisServer: Sendable {
    package let binary: RedisBinary
    package let port: UInt16
    package let folder: URL
    private let arguments: [String]
    private let run = Mutex<Run?>(nil)

    package var socketPath: String { folder.appendingPathComponent("redis.sock").path }

    /// - Parameters:
    ///   - binary: the server program.
    ///   - arguments: lines of configuration as arguments (`--appendonly`, `yes`), beyond what keeps it small and to
    ///     itself. They come last, so that they win.
    package init(on binary: RedisBinary = .standard, _ arguments: String...) async throws {
        if let problem = binary.problem { throw FixtureError(problem) }
        self.binary = binary
        self.arguments = arguments
        port = try FreePort.find()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The server's process.
    package var pid: pid_t? { run.withLock { $0?.pid } }

    /// Starts the server, again on the same port and with what its folder holds. Returns when it answers, be it that it
    /// is loading. Off the reactor: its thread blocks all signals, which a child would inherit.
    @concurrent
    package func start() async throws {
        let run = try Run(arguments: [binary.path] + standardArguments + arguments)
        self.run.withLock { $0 = run }
        for _ in 0..<500 {
            if FreePort.isAnswering(port) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw FixtureError("\(binary) does not answer on port \(port): \(log)")
    }

    /// Ends the server at once. Nothing listens any more when this returns.
    package func kill() {
        run.withLock { run in
            run?.kill()
            run = nil
        }
        while FreePort.isListening(port) { usleep(1_000) }
    }

    /// The kernel goes on accepting connections and bytes; nothing is answered.
    package func pause() {
        if let pid { Foundation.kill(pid, SIGSTOP) }
    }

    package func resume() {
        if let pid { Foundation.kill(pid, SIGCONT) }
    }

    private var log: String {
        (try? String(contentsOf: folder.appendingPathComponent("redis.log"), encoding: .utf8)) ?? "no log"
    }

    private var standardArguments: [String] {
        [
            "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", socketPath, "--dir", folder.path,
            "--save", "", "--appendonly", "no", "--loglevel", "warning", "--logfile", "redis.log",
            "--enable-debug-command", "yes", "--enable-protected-configs", "yes",
        ]
    }

    /// One process. A shell stands between, which ends the server when its standard input does: with this process.
    private final class Run: Sendable {
        let pid: pid_t
        private let input = Pipe()
        private let shell = Process()

        init(arguments: [String]) throws {
            let output = Pipe()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            let script = "\"$@\" </dev/null >/dev/null & echo $!; cat >/dev/null; kill -KILL $! 2>/dev/null"
            shell.arguments = ["-c", script, "sh"] + arguments
            shell.standardInput = input
            shell.standardOutput = output
            shell.standardError = FileHandle.nullDevice
            try shell.run()
            var line = ""
            while !line.hasSuffix("\n") {
                let part = output.fileHandleForReading.availableData
                if part.isEmpty { break }
                line += String(decoding: part, as: UTF8.self)
            }
            guard let pid = pid_t(line.dropLast()) else {
                throw FixtureError("\(arguments[0]) was not started: \(line)")
            }
            self.pid = pid
        }

        func kill() {
            Foundation.kill(pid, SIGKILL)
            try? input.fileHandleForWriting.close()
        }
    }
}
