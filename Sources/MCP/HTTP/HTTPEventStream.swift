/// Chunks of `text/event-stream`: a message is one event, and a comment says that the stream lives. For one reader.
package struct HTTPEventStream: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    private let source: HTTPEventSource

    init(_ source: HTTPEventSource) {
        self.source = source
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source: source)
    }

    /// Nobody reads any more: what letting go of the stream and of its iterators does too.
    package func abandon() {
        source.abandon()
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let source: HTTPEventSource

        package mutating func next() async -> [UInt8]? {
            await source.next()
        }
    }
}
