internal import Synchronization

extension MCPServer {
    /// All messages that one line over standard input leads to, once the calls in it are done.
    ///
    /// - Parameter version: what `initialize` had settled on before; nil: it was not sent yet.
    package func messages(
        answering line: ArraySlice<UInt8>,
        from caller: Caller,
        version: ProtocolVersion? = nil
    ) async -> [[UInt8]] {
        await messages(answering: [line], from: caller, version: version)
    }

    /// All messages that these lines lead to, which come one right after the other.
    package func messages(
        answering lines: [ArraySlice<UInt8>],
        from caller: Caller,
        version: ProtocolVersion? = nil
    ) async -> [[UInt8]] {
        let messages = Collected()
        let conversation = Conversation(self, caller: caller, StdioConfiguration(), version: version) { message in
            messages.all.withLock { $0.append(message) }
        }
        for line in lines { conversation.receive(line) }
        await conversation.finish(grace: .seconds(60))
        return messages.all.withLock { $0 }
    }

    private final class Collected: Sendable {
        let all = Mutex<[[UInt8]]>([])
    }
}
