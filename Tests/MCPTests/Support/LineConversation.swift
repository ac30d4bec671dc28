import JSON
import MCP
import Synchronization

@testable import MCP

/// A conversation over lines, one request after another, or several at once.
final class LineConversation: Sendable {
    private let messages: Sent
    private let conversation: Conversation<TestCaller>
    private let transcript: Transcript

    private final class Sent: Sendable {
        let all = Mutex<[[UInt8]]>([])
    }

    init(
        _ server: MCPServer<TestCaller> = TestServer.make(),
        _ configuration: StdioConfiguration = .init(),
        version: ProtocolVersion? = nil
    ) {
        let messages = Sent()
        self.messages = messages
        let transcript = Transcript(version: version?.rawValue)
        self.transcript = transcript
        conversation = Conversation(server, caller: TestCaller(), configuration, version: version) { message in
            transcript.received(message)
            messages.all.withLock { $0.append(message) }
        }
    }

    var sent: [JSONValue] { messages.all.withLock { $0 }.map { JSONValue($0) } }

    func receive(_ line: String) {
        transcript.sent(line.utf8)
        conversation.receive(Array(line.utf8)[...])
    }

    /// Waits until so many messages were sent.
    func sent(_ count: Int) async -> [JSONValue] {
        await Probe.eventually { self.messages.all.withLock { $0.count >= count } }
        return sent
    }

    /// The one message that the line leads to.
    func answer(_ line: String) async -> JSONValue {
        let before = sent.count
        receive(line)
        let messages = await sent(before + 1)
        return messages.count > before ? messages[before] : .null
    }

    func finish(grace: Duration = .milliseconds(50)) async {
        await conversation.finish(grace: grace)
    }
}
