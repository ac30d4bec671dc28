internal import RedisClient

/// How far the last run into a collection is, as its hash says. It is written in one atomic step with the jobs it speaks
/// of, so the two are never apart, whatever dies and whenever.
package struct RunState: Sendable, Equatable {
    /// Fields of the hash that are not the caller's.
    enum Field: String, CaseIterable {
        case run, page, owner
        case startedAt = "started_ms"
        case seenAt = "seen_ms"
        case finishedAt = "finished_ms"
    }

    package let collection: String
    /// The run's id.
    package let run: String
    /// Pages that were added.
    package let page: Int
    /// Who writes it, or wrote it last; nil where it gave the run up by itself.
    package let owner: RunOwner?
    /// Milliseconds since 1970 by the clock of Redis, as are the others.
    package let startedAt: Int
    /// When its owner showed last that it lives.
    package let seenAt: Int
    /// Nil where it was not finished.
    package let finishedAt: Int?
    /// What the caller wrote beside.
    package let fields: [String: String]

    package var isFinished: Bool { finishedAt != nil }

    /// - Returns: nil where no run has left anything.
    init?(collection: String, _ reply: RedisReply) throws(RedisError) {
        if let error = reply.error { throw error }
        var cursor = reply.cursor
        try self.init(collection: collection, &cursor)
    }

    /// Reads names and values in turn.
    init?(collection: String, _ cursor: inout RedisReplyCursor) throws(RedisError) {
        var own: [Field: String] = [:]
        var fields: [String: String] = [:]
        for _ in 0..<(try cursor.array() ?? 0) / 2 {
            guard let name = try cursor.scalarText(), let value = try cursor.scalarText() else { continue }
            if let field = Field(rawValue: name) { own[field] = value } else { fields[name] = value }
        }
        guard let run = own[.run], let page = own[.page].flatMap({ Int($0) }) else { return nil }
        self.collection = collection
        self.run = run
        self.page = page
        self.fields = fields
        owner = own[.owner].flatMap { RunOwner($0) }
        startedAt = own[.startedAt].flatMap { Int($0) } ?? 0
        seenAt = own[.seenAt].flatMap { Int($0) } ?? 0
        finishedAt = own[.finishedAt].flatMap { Int($0) }
    }
}
