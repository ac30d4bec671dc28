/// The open streams of `subscriptions/listen`. Pure: its owner locks it.
struct SubscriptionTable {
    private let maximum: Int
    private var ends: [Int: @Sendable () -> Void] = [:]
    private var lastKey = 0
    private var isStopped = false

    init(maximum: Int) {
        self.maximum = maximum
    }

    var count: Int { ends.count }

    /// - Parameter end: ends it, where it is the server that does.
    mutating func open(_ end: @escaping @Sendable () -> Void) throws(MCPError) -> Int {
        guard !isStopped else { throw MCPError(.overloaded, "the server stops") }
        guard ends.count < maximum else { throw MCPError(.overloaded, "\(maximum) subscriptions are open already") }
        lastKey += 1
        ends[lastKey] = end
        return lastKey
    }

    mutating func close(_ key: Int) {
        ends[key] = nil
    }

    /// - Returns: what ends those that were open, to be called outside the lock.
    mutating func stop() -> [@Sendable () -> Void] {
        isStopped = true
        return Array(ends.values)
    }
}
