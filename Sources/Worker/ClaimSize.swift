/// How many jobs the next read should claim: as many as the lane has slots for and one read may bring, fewer where jobs
/// are large, because a read's bytes are all in memory at once. It begins small, not knowing the jobs.
struct ClaimSize {
    private static let initialCount = 32

    private let maximumCount: Int
    private let targetBytes: Int
    private var count: Int

    init(maximumCount: Int, targetBytes: Int) {
        self.maximumCount = maximumCount
        self.targetBytes = targetBytes
        count = min(Self.initialCount, maximumCount)
    }

    func next(freeSlots: Int) -> Int {
        max(1, min(count, freeSlots))
    }

    mutating func received(jobs: Int, bytes: Int) {
        guard jobs > 0 else { return }
        let fitting = max(1, targetBytes / max(1, bytes / jobs))
        count = min(maximumCount, fitting, count * 2)
    }
}
