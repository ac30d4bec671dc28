/// How often something took how long, in microseconds, by buckets that are an eighth of their power of two wide: a
/// quantile is wrong by a sixteenth at the most. Finer than what the metrics show, which others add up.
struct LatencyCounts: Sum {
    /// To 19 hours.
    private static let largestExponent = 36
    private static let bucketCount = 280

    /// In place: it is written for every job.
    private var counts = InlineArray<280, UInt32>(repeating: 0)
    private(set) var count = 0

    static func += (left: inout LatencyCounts, right: LatencyCounts) {
        guard right.count > 0 else { return }
        for bucket in right.counts.indices { left.counts[bucket] &+= right.counts[bucket] }
        left.count += right.count
    }

    mutating func record(_ microseconds: Int) {
        counts[Self.bucket(microseconds)] &+= 1
        count += 1
    }

    /// What so many percent took at the most; nil where there was none.
    func quantile(_ percent: Int) -> Int? {
        guard count > 0 else { return nil }
        let rank = (count * percent + 99) / 100
        var before = 0
        for bucket in counts.indices {
            before += Int(counts[bucket])
            if before >= rank { return Self.middle(of: bucket) }
        }
        return nil
    }

    private static func bucket(_ microseconds: Int) -> Int {
        guard microseconds >= 8 else { return max(0, microseconds) }
        let exponent = Int.bitWidth - 1 - microseconds.leadingZeroBitCount
        guard exponent <= largestExponent else { return bucketCount - 1 }
        return (exponent - 2) * 8 + (microseconds >> (exponent - 3)) & 7
    }

    private static func middle(of bucket: Int) -> Int {
        guard bucket >= 8 else { return bucket }
        let width = 1 << (bucket / 8 - 1)
        return (8 + bucket % 8) * width + width / 2
    }
}
