import Testing

@testable import Reactor

@Suite("Reactor.offload")
struct OffloadTests {
    private struct Refusal: Error, Equatable {}

    /// Whether work on so many bytes runs on the loop's thread, of a task that prefers the loop, as the worker's do.
    private func runsOnLoop(bytes: Int) async -> Bool {
        await Task(executorPreference: Reactor.loop) {
            await Reactor.offload(bytes: bytes) { Reactor.loop.isOnThread }
        }
        .value
    }

    @Test("What is large is done off the loop, what is small where the caller is")
    func place() async {
        #expect(await runsOnLoop(bytes: 65_536))
        #expect(await !runsOnLoop(bytes: 65_537))
        #expect(await Task(executorPreference: Reactor.loop) { Reactor.loop.isOnThread }.value)
    }

    @Test("The caller goes on where it was, and gets what was thrown", arguments: [0, 1 << 20])
    @Reactor
    func back(bytes: Int) async {
        await #expect(throws: Refusal()) {
            try await Reactor.offload(bytes: bytes) { () throws(Refusal) -> Int in throw Refusal() }
        }
        #expect(Reactor.loop.isOnThread)
    }
}
