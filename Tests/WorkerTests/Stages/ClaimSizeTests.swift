import Testing

@testable import Worker

@Suite("ClaimSize")
struct ClaimSizeTests {
    @Test("It begins small, grows to the maximum where jobs are small, and never exceeds the free slots")
    func growth() {
        var size = ClaimSize(maximumCount: 100, targetBytes: 1_000_000)
        #expect(size.next(freeSlots: 1_000) == 32)
        #expect(size.next(freeSlots: 5) == 5)
        for expected in [64, 100, 100] {
            size.received(jobs: 10, bytes: 1_000)
            #expect(size.next(freeSlots: 1_000) == expected)
        }
    }

    @Test("Large jobs are claimed few at a time, at least one")
    func largeJobs() {
        var size = ClaimSize(maximumCount: 100, targetBytes: 1_000)
        size.received(jobs: 4, bytes: 400)
        #expect(size.next(freeSlots: 1_000) == 10)
        size.received(jobs: 1, bytes: 5_000)
        #expect(size.next(freeSlots: 1_000) == 1)
        size.received(jobs: 1, bytes: 10)
        #expect(size.next(freeSlots: 1_000) == 2)
    }

    @Test("An empty read says nothing")
    func emptyRead() {
        var size = ClaimSize(maximumCount: 8, targetBytes: 1_000)
        size.received(jobs: 0, bytes: 0)
        #expect(size.next(freeSlots: 1_000) == 8)
        #expect(size.next(freeSlots: 0) == 1)
    }
}
