import Glibc
import JSON
import MCP
import Testing

/// What a client and a server say to each other, written down where `MEMOIR_TEST_MCP_RECORDINGS` names a folder: after
/// the tests all of it is held against the schemas of the specification (scripts/test, Tests/EndToEnd/harness/mcp_review.py).
struct Transcript: Sendable {
    /// Open as long as the process lives, for appending: each line is written at once.
    private static let file: Int32? = {
        guard let folder = getenv("MEMOIR_TEST_MCP_RECORDINGS").map({ String(cString: $0) }) else { return nil }
        let file = open("\(folder)/swift-\(getpid()).jsonl", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        precondition(file >= 0, "cannot write into \(folder), which MEMOIR_TEST_MCP_RECORDINGS names")
        return file
    }()

    private let conversation = "\(UInt64.random(in: .min ... .max))"
    private let version: String?

    /// - Parameter version: what the two have agreed on before, or an HTTP request's header says.
    init(version: String? = nil) {
        self.version = version
    }

    func sent(_ line: some Collection<UInt8>) {
        write(line, by: "client")
    }

    func received(_ message: some Collection<UInt8>) {
        write(message, by: "server")
    }

    private func write(_ message: some Collection<UInt8>, by side: String) {
        guard let file = Self.file else { return }
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("conversation")
        writer.string(conversation)
        if let version {
            writer.name("version")
            writer.string(version)
        }
        writer.name("from")
        writer.string(side)
        if let test = Test.current {
            writer.name("test")
            writer.string("\(test.name) in \(test.sourceLocation.fileID)")
        }
        writer.name("text")
        writer.string(String(decoding: message, as: UTF8.self))
        writer.endObject()
        let line = writer.finish() + [0x0A]
        precondition(Glibc.write(file, line, line.count) == line.count)
    }
}

extension MCPServer<TestCaller> {
    /// `messages(answering:from:version:)`, written down.
    func recordedMessages(
        answering line: ArraySlice<UInt8>,
        from caller: TestCaller = TestCaller(),
        version: ProtocolVersion? = nil
    ) async -> [[UInt8]] {
        let transcript = Transcript(version: version?.rawValue)
        transcript.sent(line)
        let messages = await messages(answering: line, from: caller, version: version)
        for message in messages { transcript.received(message) }
        return messages
    }
}
