import Foundation
import HTTPTransport
import Testing

/// A running `server.py`, which ends with this object or with the test process, whichever is first.
final class TestServer: Sendable {
    let origin: String
    let secureOrigin: String
    /// By address, for which the certificate does not vouch.
    let secureOriginOfAnotherName: String
    /// An nginx in front, which speaks HTTP/2.
    let http2Origin: String
    let certificateFile: String

    // The server's end of life: it reads its standard input to the end.
    private let input = Pipe()
    private let process: Process

    /// For tests that do not look at what others leave behind on the server.
    static func shared() throws -> TestServer {
        try started.get()
    }

    private static let started = Result { try TestServer() }

    init(http2: Bool = false) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("server.py")
        process.arguments = ["python3", script.path] + (http2 ? ["--http2"] : [])
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.process = process
        let words = Self.firstLine(of: output.fileHandleForReading).split(separator: " ").map(String.init)
        try #require(words.count == 4, "server.py did not start: it needs python3, openssl and nginx")
        origin = "http://127.0.0.1:\(words[0])"
        secureOrigin = "https://localhost:\(words[1])"
        secureOriginOfAnotherName = "https://127.0.0.1:\(words[1])"
        http2Origin = "https://localhost:\(words[2])"
        certificateFile = words[3]
    }

    deinit {
        try? input.fileHandleForWriting.close()
    }

    /// All there is where the output ends before the line does.
    private static func firstLine(of output: FileHandle) -> String {
        var line: [UInt8] = []
        while true {
            let part = output.availableData
            line += part.prefix { $0 != UInt8(ascii: "\n") }
            if part.isEmpty || part.contains(UInt8(ascii: "\n")) { return String(decoding: line, as: UTF8.self) }
        }
    }

    /// Returns when the server has seen `event`, as `/hold` names them.
    func wait(for event: String) async throws {
        let response = try await HTTPTransport().perform(HTTPRequest(.get, "\(origin)/until?event=\(event)"))
        try #require(response.status == 200, "the server never saw \(event)")
    }

    /// "connections", "requests" and "peak" (of exchanges with `/gauge` at a time), this question included.
    func figure(_ name: String) async throws -> Int {
        let response = try await HTTPTransport().perform(HTTPRequest(.get, "\(origin)/figures"))
        let lines = response.text.split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(name + " ") })
        return try #require(Int(line.dropFirst(name.count + 1)))
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension HTTPTransport {
    /// The code of the error that the exchange ends with; none where there is a response.
    func failure(of request: HTTPRequest) async -> HTTPTransportError.Code? {
        do throws(HTTPTransportError) {
            _ = try await perform(request)
            return nil
        } catch {
            return error.code
        }
    }
}

/// That many bytes, which repeat with a period (a prime) that fits no buffer: a part out of place shows.
func pattern(count: Int) -> [UInt8] {
    let part = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let repeated = repeatElement(part, count: count / part.count + 1).flatMap { $0 }
    return Array(repeated.prefix(count))
}
