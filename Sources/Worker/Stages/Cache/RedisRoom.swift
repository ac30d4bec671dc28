/// How full a server may be for caches to write to it: what fills it up would keep jobs out.
package struct RedisRoom: Sendable, Equatable {
    /// Full enough to stop writing, and so much less to begin again.
    private static let resumesAtPercent = 95

    /// Of the server's `maxmemory`.
    package var percent: Int
    /// In use, where the server has no `maxmemory`.
    package var bytes: Int

    package init(percent: Int, bytes: Int) {
        self.percent = percent
        self.bytes = bytes
    }

    /// - Parameters:
    ///   - used: bytes.
    ///   - maximum: bytes; 0 for a server without a limit.
    ///   - wasFull: what was said last. A server that was full must be a little below the bound not to be any more.
    func isFull(used: Int, maximum: Int, wasFull: Bool) -> Bool {
        let bound = bound(maximum: maximum)
        return used > (wasFull ? bound / 100 * Self.resumesAtPercent : bound)
    }

    /// Bytes in use up to which caches write.
    func bound(maximum: Int) -> Int { maximum > 0 ? maximum / 100 * percent : bytes }
}
