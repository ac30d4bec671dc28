package import Foundation
internal import RedisServerFixture
internal import Synchronization

/// A real server of a test's own, on a free port of 127.0.0.1 and a unix socket in a temporary folder. It ends with this
/// object or with the test process, whichever is first.
package final class PostgresServer: Sendable {
    /// A superuser.
    package static let user = "memoir"
    /// Asked for over TCP; the unix socket trusts. Its characters must be percent-encoded in a URL.
    package static let password = "p:s@/s?w#r d"

    package let port: UInt16
    /// Where the unix socket is, and the certificate `server.crt`.
    package let folder: URL
    private let programs: PostgresPrograms
    private let arguments: [String]
    private let run = Mutex<Run?>(nil)

    /// - Parameters:
    ///   - hasCertificate: whether it speaks TLS, with a certificate for the name `localhost` alone, signed by itself.
    ///   - arguments: of `postgres`: `"-c", "max_connections=3"`.
    package init(hasCertificate: Bool = false, _ arguments: String...) async throws {
        programs = try PostgresPrograms()
        port = try FreePort.find()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("postgres-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try programs.give(folder)
        self.arguments = arguments + (hasCertificate ? Self.certificateArguments(folder) : [])
        try initialize()
        if hasCertificate { try makeCertificate() }
        try await start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Of the server's first process.
    package var pid: pid_t? { run.withLock { $0?.pid } }

    /// Starts the server, again on the same port and with what its folder holds. Returns when it takes connections. Off
    /// the reactor: its thread blocks all signals, which a child would inherit.
    @concurrent
    package func start() async throws {
        let run = try Run(programs.command("postgres", standardArguments + arguments), in: folder, log: log)
        self.run.withLock { $0 = run }
        for _ in 0..<1_500 {
            if isReady(run.pid) { return }
            guard ProcessTree.isRunning(run.pid) else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw FixtureError("PostgreSQL does not answer: \((try? String(contentsOf: log, encoding: .utf8)) ?? "no log")")
    }

    /// Ends the server and its sessions at once, as a machine does that loses its power. Nothing of it runs any more when
    /// this returns.
    package func kill() {
        run.withLock { run in
            guard let pid = run?.pid else { return }
            let all = [pid] + ProcessTree.children(of: pid)
            for process in all { Foundation.kill(process, SIGKILL) }
            run = nil
            while all.contains(where: ProcessTree.isRunning) { usleep(1_000) }
        }
    }

    /// As an administrator does it: sessions are told (57P01) and ended. Returns when it is over.
    package func stop() {
        run.withLock { run in
            guard let pid = run?.pid else { return }
            Foundation.kill(pid, SIGINT)
            while ProcessTree.isRunning(pid) { usleep(1_000) }
            run = nil
        }
    }

    /// The kernel goes on accepting connections and bytes; nothing is answered.
    package func pause() {
        signalAll(SIGSTOP)
    }

    package func resume() {
        signalAll(SIGCONT)
    }

    private func signalAll(_ signal: Int32) {
        guard let pid else { return }
        for process in [pid] + ProcessTree.children(of: pid) { Foundation.kill(process, signal) }
    }

    private var data: URL { folder.appendingPathComponent("data") }
    private var log: URL { folder.appendingPathComponent("postgres.log") }

    private func initialize() throws {
        let passwordFile = folder.appendingPathComponent("password")
        try Self.password.write(to: passwordFile, atomically: true, encoding: .utf8)
        try programs.give(passwordFile)
        try PostgresPrograms.run(
            programs.command(
                "initdb",
                [
                    "--pgdata", data.path, "--username", Self.user, "--pwfile", passwordFile.path, "--no-sync",
                    "--auth-local", "trust", "--auth-host", "scram-sha-256", "--encoding", "UTF8", "--locale",
                    "C.UTF-8",
                ]
            )
        )
    }

    private func makeCertificate() throws {
        let key = folder.appendingPathComponent("server.key")
        try PostgresPrograms.run([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", key.path,
            "-out", folder.appendingPathComponent("server.crt").path,
        ])
        try programs.give(key)
    }

    private static func certificateArguments(_ folder: URL) -> [String] {
        [
            "-c", "ssl=on", "-c", "ssl_cert_file=\(folder.path)/server.crt", "-c",
            "ssl_key_file=\(folder.path)/server.key",
        ]
    }

    private var standardArguments: [String] {
        [
            "-D", data.path, "-p", "\(port)", "-k", folder.path, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
            "-c", "max_connections=30", "-c", "shared_buffers=16MB", "-c", "autovacuum=off",
        ]
    }

    /// The server writes its state into the eighth line.
    private func isReady(_ pid: pid_t) -> Bool {
        let file = data.appendingPathComponent("postmaster.pid")
        let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        return lines.count > 7 && lines[0] == "\(pid)" && lines[7].hasPrefix("ready")
    }

    /// One process. A shell stands between, which ends the server when its standard input does: with this process, after
    /// which it removes the folder as well.
    private final class Run: Sendable {
        let pid: pid_t
        private let input = Pipe()
        private let shell = Process()

        private static let script = """
            parent=$1; folder=$2; log=$3; shift 3
            "$@" </dev/null >>"$log" 2>&1 & echo $!
            cat >/dev/null; kill -KILL $! 2>/dev/null
            sleep 2; kill -0 "$parent" 2>/dev/null || rm -rf "$folder"
            """

        init(_ command: [String], in folder: URL, log: URL) throws {
            let output = Pipe()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["-c", Self.script, "sh", "\(getpid())", folder.path, log.path] + command
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
                throw FixtureError("\(command[0]) was not started: \(line)")
            }
            self.pid = pid
        }
    }
}
