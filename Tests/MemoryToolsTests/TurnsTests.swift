import MCP
import Synchronization
import Testing

@testable import MemoryTools

@Suite(.timeLimit(.minutes(1))) struct TurnsTests {
    /// Who works now, and who has begun, in their order.
    private final class Bench: Sendable {
        let turns = MemoryTurns()
        let working = Mutex<Set<String>>([])
        let begun = Mutex<[String]>([])

        /// Works until it is told to end, or is cancelled.
        func start(_ name: String, of memories: Set<String>, alone: Bool) -> Task<Bool, Never> {
            Task {
                do throws(ToolError) {
                    return try await turns.take(of: memories, alone: alone) { () async throws(ToolError) in
                        working.withLock { _ = $0.insert(name) }
                        begun.withLock { $0.append(name) }
                        while working.withLock({ $0.contains(name) }) { await Task.yield() }
                        return true
                    }
                } catch {
                    return false
                }
            }
        }

        func end(_ name: String) { working.withLock { _ = $0.remove(name) } }

        func until(_ names: Set<String>) async {
            while working.withLock({ $0 }) != names { await Task.yield() }
        }

        /// Time for whoever was started to come to where it waits.
        func settle() async throws {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `who is alone waits for all, and all for him, in the order in which they come`() async throws {
        let bench = Bench()
        let first = bench.start("a", of: ["m"], alone: false)
        await bench.until(["a"])
        let second = bench.start("b", of: ["m"], alone: false)
        await bench.until(["a", "b"])
        let alone = bench.start("c", of: ["m"], alone: true)
        try await bench.settle()
        let late = bench.start("d", of: ["m"], alone: false)
        try await bench.settle()
        #expect(bench.working.withLock { $0 } == ["a", "b"])
        let elsewhere = bench.start("e", of: ["n"], alone: true)
        await bench.until(["a", "b", "e"])
        bench.end("a")
        bench.end("b")
        await bench.until(["c", "e"])
        bench.end("c")
        await bench.until(["d", "e"])
        bench.end("d")
        bench.end("e")
        for task in [first, second, alone, late, elsewhere] { #expect(await task.value) }
        #expect(bench.begun.withLock { $0 } == ["a", "b", "e", "c", "d"])
        #expect(bench.turns.count == 0)
    }

    @Test func `who is cancelled waits no more, and holds nobody up`() async throws {
        let bench = Bench()
        let first = bench.start("a", of: ["m"], alone: false)
        await bench.until(["a"])
        let alone = bench.start("b", of: ["m"], alone: true)
        try await bench.settle()
        let second = bench.start("c", of: ["m"], alone: false)
        try await bench.settle()
        #expect(bench.working.withLock { $0 } == ["a"])
        alone.cancel()
        #expect(await !alone.value)
        await bench.until(["a", "c"])
        bench.end("a")
        bench.end("c")
        #expect(await first.value)
        #expect(await second.value)
        #expect(bench.turns.count == 0)
    }

    /// Two that want the same two memories, told in any order.
    @Test func `who wants several memories never waits for one who waits for him`() async throws {
        let turns = MemoryTurns()
        let tasks = (0..<200).map { index in
            Task { () async throws(ToolError) -> Int in
                let memories: Set = ["m\(index % 3)", "m\((index + 1) % 3)"]
                return try await turns.take(of: memories, alone: index % 4 != 0) { () async throws(ToolError) in
                    await Task.yield()
                    return index
                }
            }
        }
        for (index, task) in tasks.enumerated() { #expect(try await task.value == index) }
        #expect(turns.count == 0)
    }
}
