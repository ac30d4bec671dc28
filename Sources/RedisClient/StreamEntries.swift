/// Walks the entries of one stream in the reply to `XREADGROUP` (or `XRANGE`, which lacks the outer level).
///
///     var entries = try StreamEntries(readGroup: reply)
///     while let entry = try entries.next() {
///         for _ in 0..<entry.fieldCount { let (name, value) = try entries.nextField() }
///     }
package struct StreamEntries {
    package struct Entry {
        package let id: ArraySlice<UInt8>
        /// Fields that follow; all must be read before the next entry.
        package let fieldCount: Int
        /// Still pending, but deleted from the stream: there is nothing to run, only to acknowledge.
        package let isDeleted: Bool
    }

    private var cursor: RedisReplyCursor
    private var remaining: Int

    /// How many entries the reply holds.
    package var count: Int { remaining }

    /// The first stream of a reply to `XREADGROUP` of one stream; no entries where the read timed out.
    package init(readGroup reply: RedisReply) throws(RedisError) {
        cursor = reply.cursor
        guard let streams = try cursor.array(), streams > 0 else {
            remaining = 0
            return
        }
        _ = try cursor.array()
        try cursor.skip()
        remaining = try cursor.array() ?? 0
    }

    /// The first element of an array reply: entries as `XRANGE` gives them.
    package init(firstOf reply: RedisReply) throws(RedisError) {
        cursor = reply.cursor
        _ = try cursor.array()
        remaining = try cursor.array() ?? 0
    }

    package mutating func next() throws(RedisError) -> Entry? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        _ = try cursor.array()
        guard let id = try cursor.string() else { throw RedisError(.unexpectedReply, "an entry without an id") }
        guard let fields = try cursor.array() else { return Entry(id: id, fieldCount: 0, isDeleted: true) }
        return Entry(id: id, fieldCount: fields / 2, isDeleted: false)
    }

    package mutating func nextField() throws(RedisError) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        guard let name = try cursor.string(), let value = try cursor.string() else {
            throw RedisError(.unexpectedReply, "an entry's field without a name or value")
        }
        return (name, value)
    }
}
