internal import Reactor
internal import RedisClient

/// Whether Redis has room for what caches keep in it, as far as is known.
@Reactor
final class CacheRoom {
    private let bounds: RedisRoom
    /// Until the first look there is room: a server that is full refuses by itself.
    private(set) var isFull = false

    init(bounds: RedisRoom) {
        self.bounds = bounds
    }

    /// The server refused to keep something. It counts as full until the next look.
    func ranOut() { isFull = true }

    /// - Returns: what is in use and how much may be; nil where the server does not say, which counts as full.
    func look(_ memory: ServerInformation) -> (used: Int, bound: Int)? {
        guard let used = memory.integer("used_memory") else {
            isFull = true
            return nil
        }
        let maximum = memory.integer("maxmemory") ?? 0
        isFull = bounds.isFull(used: used, maximum: maximum, wasFull: isFull)
        return (used: used, bound: bounds.bound(maximum: maximum))
    }
}
