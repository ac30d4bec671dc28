import Glibc
import JSON
import MCP
import Synchronization

/// The client's end of a connection over two pipes.
final class StdioClient: Sendable {
    private let toServer: Int32
    private let fromServer: Int32
    private let serverEnds: [Int32]
    private let connection: StdioConnection<TestCaller>
    private let isInputClosed = Mutex(false)
    private let isOutputClosed = Mutex(false)
    let running: Task<ContinuousClock.Instant?, Never>
    private let transcript = Transcript()

    init(_ server: MCPServer<TestCaller> = TestServer.make(), _ configuration: StdioConfiguration = .init()) throws {
        let (input, output) = (try Self.makePipe(), try Self.makePipe())
        toServer = input[1]
        fromServer = output[0]
        serverEnds = [input[0], output[1]]
        let connection = StdioConnection(
            server,
            caller: TestCaller(),
            input: input[0],
            output: output[1],
            configuration
        )
        self.connection = connection
        // When it ended; nil where it did not begin.
        running = Task { (try? await connection.run()).map { .now } }
    }

    deinit {
        closeInput()
        closeOutput()
        for descriptor in serverEnds { Glibc.close(descriptor) }
    }

    /// Of the server's ends, as `fcntl` tells them.
    var flags: [Int32] { serverEnds.map { fcntl($0, F_GETFL) } }

    /// Bytes that were written and not read.
    var unread: Int {
        var count: Int32 = 0
        return ioctl(fromServer, UInt(FIONREAD), &count) == 0 ? Int(count) : -1
    }

    func runAgain() async throws(MCPError) {
        try await connection.run()
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(toServer, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ line: String, terminator: String = "\n") {
        transcript.sent(line.utf8)
        send(Array("\(line)\(terminator)".utf8))
    }

    func closeInput() {
        Self.close(toServer, isInputClosed)
    }

    /// Reads no more.
    func closeOutput() {
        Self.close(fromServer, isOutputClosed)
    }

    private static func close(_ descriptor: Int32, _ isClosed: borrowing Mutex<Bool>) {
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if !wasClosed { Glibc.close(descriptor) }
    }

    /// Reads until so many lines have come; fewer where they do not come in time.
    func lines(_ count: Int) async -> [JSONValue] {
        var bytes: [UInt8] = []
        var missing = count
        await Probe.eventually {
            while missing > 0, let chunk = readWhatIsThere() {
                bytes.append(contentsOf: chunk)
                missing -= chunk.count { $0 == 0x0A }
            }
            return missing <= 0
        }
        return bytes.split(separator: 0x0A).map { line in
            transcript.received(line)
            return JSONValue(Array(line))
        }
    }

    /// Never waits: it would keep a thread from all other tests.
    private func readWhatIsThere() -> ArraySlice<UInt8>? {
        var descriptor = pollfd(fd: fromServer, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 0) > 0 else { return nil }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(fromServer, &chunk, chunk.count)
        return count > 0 ? chunk[..<count] : nil
    }

    private struct NoPipe: Error {}

    private static func makePipe() throws -> [Int32] {
        var descriptors: [Int32] = [-1, -1]
        guard pipe(&descriptors) == 0 else { throw NoPipe() }
        return descriptors
    }
}
