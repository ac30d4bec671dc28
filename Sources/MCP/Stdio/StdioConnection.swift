internal import Synchronization

/// The server's end of a connection over standard input and output: a message is a line.
///
/// Reads and writes on a thread of its own; the calls run on the cooperative pool. The descriptors stay as they are,
/// and are not closed.
package final class StdioConnection<Caller: Sendable>: Sendable {
    private let server: MCPServer<Caller>
    private let caller: Caller
    private let input: Int32
    private let output: Int32
    private let configuration: StdioConfiguration
    private let hasRun = Atomic(false)

    /// - Parameters:
    ///   - caller: whoever started the process.
    ///   - input: read from until it ends.
    ///   - output: nothing but messages is written to it.
    package init(
        _ server: MCPServer<Caller>,
        caller: Caller,
        input: Int32 = 0,
        output: Int32 = 1,
        _ configuration: StdioConfiguration = .init()
    ) {
        self.server = server
        self.caller = caller
        self.input = input
        self.output = output
        self.configuration = configuration
    }

    /// Returns when the client has closed its end or gone away, or the task is cancelled. What is in flight may then be
    /// answered for a moment, and is cancelled; what is answered is written, as far as the client reads it.
    ///
    /// - Throws: the second time, and where the process has no descriptor or no thread left.
    package func run() async throws(MCPError) {
        guard !hasRun.exchange(true, ordering: .relaxed) else {
            throw MCPError(.internalError, "a connection is run once")
        }
        let pipe = try StdioPipe(input: input, output: output)
        let maximumUnread = configuration.maximumUnreadBytes
        let conversation = Conversation(
            server,
            caller: caller,
            configuration,
            send: { pipe.send($0) },
            tell: { pipe.send($0, unlessUnread: maximumUnread) }
        )
        let maximumBytes = configuration.maximumLineBytes
        let lines = LineBuffer(maximumBytes: maximumBytes)
        try pipe.start(lines, maximumUnread: maximumUnread) { line in
            switch line {
            case .complete(let bytes): conversation.receive(bytes[...])
            case .tooLong:
                conversation.refuse(MCPError(.invalidRequest, "a message has at most \(maximumBytes) bytes"))
            }
        }
        await pipe.ended.wait()
        pipe.stopReading()
        let grace = configuration.grace
        // Not to be cut short where the task is cancelled: it is what the cancellation is answered with.
        await Task {
            await conversation.finish(grace: grace)
            await pipe.close(within: grace)
        }.value
    }
}
