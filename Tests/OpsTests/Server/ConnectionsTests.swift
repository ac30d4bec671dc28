import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Ops

@Suite struct ConnectionsTests {
    private let connections = Connections(maximum: 3)
    private let start = ContinuousClock.now

    private func open(at seconds: Int) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        connections.opened(channel, at: start + .seconds(seconds))
        channel.embeddedEventLoop.run()
        return channel
    }

    @Test func theOneThatWaitsForLongestIsClosed() throws {
        let channels = try [2, 1, 3].map { try open(at: $0) }
        #expect(channels.map(\.isActive) == [true, true, true])
        let fourth = try open(at: 4)
        channels[1].embeddedEventLoop.run()
        #expect(channels.map(\.isActive) == [true, false, true] && fourth.isActive)
        // Its end is told late, and takes nobody else's place.
        connections.closed(channels[1])
        #expect(connections.count == 3)
        connections.closed(channels[0])
        let fifth = try open(at: 5)
        #expect(channels[2].isActive && fourth.isActive && fifth.isActive && connections.count == 3)
    }

    @Test func noneIsClosedThatIsBeingAnswered() throws {
        let channels = try [1, 2, 3].map { try open(at: $0) }
        for channel in channels { connections.beginAnswer(channel) }
        let fourth = try open(at: 4)
        #expect(channels.map(\.isActive) == [true, true, true] && !fourth.isActive)
        connections.endAnswer(channels[2])
        _ = try open(at: 5)
        channels[2].embeddedEventLoop.run()
        #expect(channels.map(\.isActive) == [true, true, false])
    }

    @Test func workEndsWithItsClient() async throws {
        let channel = NIOAsyncTestingChannel()
        connections.opened(channel)
        let (connections, started) = (connections, AsyncStream.makeStream(of: Void.self))
        async let answer = connections.whileConnected(channel) { () async throws(OpsError) -> Bool in
            started.continuation.yield()
            try? await Task.sleep(for: .seconds(60))
            return Task.isCancelled
        }
        for await _ in started.stream { break }
        connections.departed(channel)
        #expect(try await answer)
        // One that is gone before is not waited for either; and where nobody goes, nothing is cancelled.
        #expect(try await connections.whileConnected(channel) { Task.isCancelled })
        let other = NIOAsyncTestingChannel()
        connections.opened(other)
        #expect(try await !connections.whileConnected(other) { Task.isCancelled })
        connections.departed(other)
        await #expect(throws: OpsError.noObject) {
            try await connections.whileConnected(other) { () async throws(OpsError) -> Bool in throw .noObject }
        }
    }
}
