internal import Synchronization

/// Writes the events of one exchange, and ends it when nobody is left to read them.
final class HTTPEventSource: Sendable {
    private let channel: EventChannel
    private let first: Mutex<EventChannel.Event?>
    private let isAbandoned = Atomic<Bool>(false)
    private let onAbandon: @Sendable () -> Void

    /// - Parameters:
    ///   - first: what was taken from the channel already.
    ///   - onAbandon: called once, however the stream ends.
    init(_ channel: EventChannel, first: EventChannel.Event?, onAbandon: @escaping @Sendable () -> Void) {
        self.channel = channel
        self.first = Mutex(first)
        self.onAbandon = onAbandon
    }

    deinit { abandon() }

    func next() async -> [UInt8]? {
        let taken = first.withLock { $0.take() }
        let event = if let taken { taken } else { await channel.next() }
        switch event {
        case .silence: return Array(": still here\n\n".utf8)
        case .message(let message): return Self.event(message)
        case .end(let answer?): return Self.event(answer.bytes)
        case .end(nil):
            abandon()
            return nil
        }
    }

    func abandon() {
        guard !isAbandoned.exchange(true, ordering: .relaxed) else { return }
        channel.end(nil)
        onAbandon()
    }

    private static func event(_ message: [UInt8]) -> [UInt8] {
        var chunk: [UInt8] = []
        chunk.reserveCapacity(message.count + 24)
        chunk.append(contentsOf: "event: message\ndata: ".utf8)
        chunk.append(contentsOf: message)
        chunk.append(contentsOf: "\n\n".utf8)
        return chunk
    }
}
