import Reactor
import RedisServerFixture
import Synchronization
import Testing

@testable import MemoirClient

@Suite(.timeLimit(.minutes(1))) struct SharedMemoryClientTests {
    /// Connects when it is told to, to the bench's Redis.
    private final class Gate: Sendable {
        let attempts = Atomic<Int>(0)
        let isOpen = Atomic<Bool>(false)

        func pass() async {
            attempts.add(1, ordering: .relaxed)
            while !isOpen.load(ordering: .relaxed) { try? await Task.sleep(for: .milliseconds(1)) }
        }
    }

    private func shared(_ gate: Gate, _ connect: @escaping SharedMemoryClient.Connect) -> SharedMemoryClient {
        SharedMemoryClient { () async throws(MemoryError) in
            await gate.pass()
            return try await connect()
        }
    }

    @Test func `however many come at once, one client is made`() async throws {
        let bench = try await Bench()
        let gate = Gate()
        let shared = shared(gate) { () async throws(MemoryError) in bench.client }
        let clients = try await withThrowingTaskGroup(of: MemoryClient.self) { group in
            for _ in 0..<100 { group.addTask { try await shared.get() } }
            while gate.attempts.load(ordering: .relaxed) == 0 { try await Task.sleep(for: .milliseconds(1)) }
            gate.isOpen.store(true, ordering: .relaxed)
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(clients.count == 100)
        #expect(clients.allSatisfy { $0 === bench.client })
        #expect(gate.attempts.load(ordering: .relaxed) == 1)
        await shared.close()
        await #expect(throws: MemoryError.self) { try await shared.get() }
    }

    @Test func `where it fails it is tried again`() async throws {
        let bench = try await Bench()
        let gate = Gate()
        gate.isOpen.store(true, ordering: .relaxed)
        let shared = shared(gate) { () async throws(MemoryError) in
            guard gate.attempts.load(ordering: .relaxed) > 1 else { throw .notConnected }
            return bench.client
        }
        let error = await #expect(throws: MemoryError.self) { try await shared.get() }
        #expect(error?.code == .unavailable)
        #expect(try await shared.get() === bench.client)
        await shared.close()
    }

    @Test func `nobody waits for longer than he says`() async throws {
        let bench = try await Bench()
        let gate = Gate()
        let shared = shared(gate) { () async throws(MemoryError) in bench.client }
        let error = await #expect(throws: MemoryError.self) { try await shared.get(within: .milliseconds(20)) }
        #expect(error?.code == .unavailable)
        let waiting = Task { try await shared.get(within: .seconds(50)) }
        waiting.cancel()
        let other = await #expect(throws: MemoryError.self) { try await waiting.value }
        #expect(other?.code == .cancelled)
        // What comes after all is there for the next.
        gate.isOpen.store(true, ordering: .relaxed)
        #expect(try await shared.get(within: .seconds(50)) === bench.client)
        #expect(gate.attempts.load(ordering: .relaxed) == 1)
        await shared.close()
    }
}
