package import Reactor
package import RedisClient

/// Reads dead letters page by page. However many there are, little more than a page of them is held at once.
@Reactor
package struct DeadLetterPages {
    package enum Order: Sendable {
        case oldestFirst
        case newestFirst
    }

    /// Letters of a page, which the scripts take at once.
    private static let maximumCount = 500
    /// The first page's letters, before it is known how large they are.
    private static let firstCount = 20
    /// What a page should bring.
    private static let pageBytes = 4 << 20

    private let connection: RedisConnection
    private let stream: String
    private let order: Order
    private let filter: DeadLetterFilter
    private var first: String
    private var last: String
    private var count = firstCount
    private var isAtEnd = false
    /// Letters that were read so far, whether they matched or not.
    package private(set) var readCount = 0
    /// Their bytes.
    package private(set) var readBytes = 0
    /// The letter that was read last, whether it matched or not; nil before the first page.
    package private(set) var lastRead: String?

    /// - Parameters:
    ///   - now: ms since 1970 by the clock of Redis, which ages are counted from.
    ///   - last: the last letter that is meant, where later ones are not; with `(` before it, it is not meant itself; nil
    ///     for all.
    package init(
        connection: RedisConnection,
        keys: JobKeys,
        filter: DeadLetterFilter,
        order: Order,
        now: Int,
        last: String? = nil
    ) {
        self.connection = connection
        self.order = order
        self.filter = filter
        stream = keys.dead
        let range = filter.range(now: now)
        first = range.first
        self.last = last ?? range.last
    }

    /// The letters of the next page that match, which may be none; nil after the last page.
    package mutating func next() async throws(RedisError) -> [DeadLetter]? {
        guard !isAtEnd else { return nil }
        var cursor = try await connection.execute(command).cursor
        let entries = try cursor.array() ?? 0
        isAtEnd = entries < count
        readCount += entries
        guard entries > 0 else { return nil }
        var letters: [DeadLetter] = []
        var bytes = 0
        for _ in 0..<entries {
            let letter = try DeadLetter(&cursor)
            bytes += letter.byteCount
            moveOn(after: letter)
            if filter.matches(letter) { letters.append(letter) }
        }
        readBytes += bytes
        count = min(Self.maximumCount, max(1, Self.pageBytes / max(1, bytes / entries)))
        return letters
    }

    private var command: RedisCommand {
        switch order {
        case .oldestFirst: RedisCommand("XRANGE", stream, first, last, "COUNT", "\(count)")
        case .newestFirst: RedisCommand("XREVRANGE", stream, last, first, "COUNT", "\(count)")
        }
    }

    private mutating func moveOn(after letter: DeadLetter) {
        lastRead = letter.id
        switch order {
        case .oldestFirst: first = "(\(letter.id)"
        case .newestFirst: last = "(\(letter.id)"
        }
    }
}
