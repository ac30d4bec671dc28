import Foundation
import PostgresServerFixture
import Testing

/// A running `tls_proxy.py` in front of a server with a certificate. It ends with this object or with the test process,
/// whichever is first.
final class TLSProxy: Sendable {
    let port: UInt16

    // The proxy's end of life: it reads its standard input to the end.
    private let input = Pipe()
    private let process = Process()

    init(to server: PostgresServer) throws {
        let output = Pipe()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("tls_proxy.py")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", script.path, "\(server.port)"]
            + ["server.crt", "server.key"].map { server.folder.appendingPathComponent($0).path }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = Self.line(of: output.fileHandleForReading)
        port = try #require(UInt16(line), "tls_proxy.py did not start: it needs python3")
    }

    deinit {
        try? input.fileHandleForWriting.close()
    }

    /// Without its end.
    private static func line(of output: FileHandle) -> String {
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let part = output.availableData
            if part.isEmpty { break }
            line += part
        }
        return String(decoding: line.dropLast(), as: UTF8.self)
    }

    /// The server's, by way of the proxy.
    func url(_ server: PostgresServer) -> String {
        server.url(options: "sslmode=require").replacing("@127.0.0.1:\(server.port)/", with: "@127.0.0.1:\(port)/")
    }
}
