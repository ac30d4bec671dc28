internal import RedisClient

/// The reply of the script that takes entries over: entries, how often each was delivered, where to go on.
package struct AdoptedJobs: Sendable {
    let reply: RedisReply
    let deliveries: [Int]
    let next: String?

    init(_ reply: RedisReply) throws(RedisError) {
        self.reply = reply
        var cursor = reply.cursor
        _ = try cursor.array()
        try cursor.skip()
        var deliveries: [Int] = []
        for _ in 0..<(try cursor.array() ?? 0) { deliveries.append(try cursor.integer()) }
        self.deliveries = deliveries
        let next = try cursor.string().map { String(decoding: $0, as: UTF8.self) } ?? ""
        self.next = next.isEmpty ? nil : next
    }

    package var count: Int { deliveries.count }
    package var byteCount: Int { reply.storage.count }
}
