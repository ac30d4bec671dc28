import JobQueue
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("Waiting for work", .timeLimit(.minutes(1)))
struct IdleWorkersTests {
    /// A pool that takes numbers, as the stages take texts.
    @Reactor
    private final class Pool {
        var pending: [Int] = []
        var taken: [Int] = []
        let idle = IdleWorkers()

        func work() async {
            while !Task.isCancelled {
                guard let number = pending.popLast() else {
                    await idle.wait()
                    continue
                }
                idle.wakeOne()
                await Task.yield()
                taken.append(number)
            }
        }
    }

    @Test("No wake-up is lost: whatever is submitted is taken")
    func stress() async {
        let pool = Pool()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { await pool.work() } }
            var next = 0
            for round in 0..<2_000 {
                for _ in 0...(round % 7) {
                    pool.pending.append(next)
                    next += 1
                }
                pool.idle.wakeOne()
                if round % 3 == 0 { await Task.yield() }
                if round % 50 == 0 { while pool.taken.count < next { await Task.yield() } }
            }
            while pool.taken.count < next { await Task.yield() }
            #expect(pool.taken.sorted() == Array(0..<next))
            group.cancelAll()
        }
    }

    @Test("A cancelled wait returns, and its waking is not spent on it")
    func cancelled() async {
        let idle = IdleWorkers()
        let cancelled = Task { await idle.wait() }
        let waiting = Task { await idle.wait() }
        await Task.yield()
        cancelled.cancel()
        await cancelled.value
        idle.wakeOne()
        await waiting.value
    }

    @Test("After close nobody waits")
    func closed() async {
        let idle = IdleWorkers()
        let waiting = Task { await idle.wait() }
        await Task.yield()
        idle.close()
        await waiting.value
        await idle.wait()
    }

    @Test("The reader of a lane goes on as soon as a slot is free, and not before")
    func laneSlots() async {
        let slots = LaneSlots(capacity: 3, metrics: .none(.embed))
        slots.take(3)
        #expect(slots.free == 0)
        var isFree = false
        var isEmpty = false
        let free = Task {
            await slots.waitForFree()
            isFree = true
        }
        let empty = Task {
            await slots.waitForNoneInUse()
            isEmpty = true
        }
        for _ in 0..<5 { await Task.yield() }
        #expect(!isFree)
        slots.giveBack(1)
        await free.value
        for _ in 0..<5 { await Task.yield() }
        #expect(slots.free == 1 && !isEmpty)
        slots.giveBack(2)
        await empty.value
        // Recovered entries may be more than the lane has room for.
        slots.take(5)
        #expect(slots.free == 0 && slots.inUse == 5)
    }

    @Test("A cancelled reader does not wait for a slot")
    func cancelledReader() async {
        let slots = LaneSlots(capacity: 1, metrics: .none(.embed))
        slots.take(1)
        let free = Task { await slots.waitForFree() }
        let empty = Task { await slots.waitForNoneInUse() }
        await Task.yield()
        free.cancel()
        empty.cancel()
        await free.value
        await empty.value
    }
}
