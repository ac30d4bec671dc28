internal import JobQueue
internal import Reactor
internal import RedisClient

/// Reads and changes dead letters for requests: each shows or changes a bounded number of them, with a few of them in
/// memory, and says whether there is more.
@Reactor
final class DeadLetterDesk {
    enum Action: String, Sendable {
        case replayed
        case purged
    }

    /// Letters of a page.
    nonisolated static let maximumPage = 500
    /// Letters that are looked at for one page, and to count: those that match may be few among many.
    private static let maximumLookedAt = 20_000
    /// The same in bytes.
    private static let maximumBytesLookedAt = 32 << 20
    /// Changed at once. A letter may be hundreds of kilobytes.
    private static let step = 100

    private let connection: RedisConnection
    private let keys: JobKeys
    private let limits: LaneLimits
    private lazy var letters = DeadLetters(connection: connection, keys: keys, limits: limits)

    nonisolated init(connection: RedisConnection, keys: JobKeys, limits: LaneLimits) {
        self.connection = connection
        self.keys = keys
        self.limits = limits
    }

    func letter(_ id: String) async throws(RedisError) -> DeadLetter? {
        try await letters.letter(id)
    }

    /// - Parameter after: the last letter of the page before; nil for the first page, with which those that match are
    ///   counted.
    func page(_ filter: DeadLetterFilter, after: String?, limit: Int) async throws(RedisError) -> DeadLetterPage {
        var page = DeadLetterPage(total: try await letters.count())
        let isAll = filter == DeadLetterFilter()
        let counts = after == nil && !isAll
        if after == nil && isAll { page.matching = .exactly(page.total) }
        // Of no age: what the time is does not matter.
        var pages = letters.pages(filter, .newestFirst, now: 0, last: after.map { "(\($0)" })
        var matching = 0
        while let found = try await pages.next() {
            matching += found.count
            if page.next == nil { page.add(found, upTo: limit) }
            if page.next != nil && !counts { return page }
            if pages.readCount >= Self.maximumLookedAt || pages.readBytes >= Self.maximumBytesLookedAt {
                if counts { page.matching = .atLeast(matching) }
                page.next = page.next ?? pages.lastRead
                return page
            }
        }
        if counts { page.matching = .exactly(matching) }
        return page
    }

    func change(_ choice: DeadLetterChoice, _ action: Action) async throws(RedisError) -> DeadLetterChangeOutcome {
        switch choice {
        case .ids(let ids): try await change(ids, action)
        case .matching(let filter, let limit): try await change(filter, limit, action)
        }
    }

    private func change(_ ids: [String], _ action: Action) async throws(RedisError) -> DeadLetterChangeOutcome {
        var outcome = DeadLetterChangeOutcome()
        var rest = ids[...]
        while !rest.isEmpty && outcome.full == nil {
            var found: [DeadLetter] = []
            for id in rest.prefix(Self.step) {
                if let letter = try await letters.letter(id) { found.append(letter) } else { outcome.gone += 1 }
            }
            rest = rest.dropFirst(Self.step)
            try await apply(action, found, &outcome)
        }
        outcome.hasMore = outcome.full != nil
        return outcome
    }

    /// The oldest first, and none that comes meanwhile. Letters that are refused stay and do not count, so that whoever
    /// asks again comes past them.
    private func change(
        _ filter: DeadLetterFilter,
        _ limit: Int,
        _ action: Action
    ) async throws(RedisError) -> DeadLetterChangeOutcome {
        var outcome = DeadLetterChangeOutcome()
        let now = try await connection.timeInMilliseconds()
        var pages = letters.pages(filter, .oldestFirst, now: now, last: "\(now)")
        while let page = try await pages.next() {
            var rest = page[...]
            while !rest.isEmpty {
                let room = limit - outcome.done - outcome.gone
                guard room > 0, outcome.full == nil else {
                    outcome.hasMore = true
                    return outcome
                }
                let next = Array(rest.prefix(min(Self.step, room)))
                rest = rest.dropFirst(next.count)
                try await apply(action, next, &outcome)
            }
        }
        outcome.hasMore = outcome.full != nil
        return outcome
    }

    private func apply(
        _ action: Action,
        _ found: [DeadLetter],
        _ outcome: inout DeadLetterChangeOutcome
    ) async throws(RedisError) {
        switch action {
        case .purged:
            let purged = try await letters.purge(found)
            outcome.done += purged
            outcome.gone += found.count - purged
        case .replayed:
            var sent: [DeadLetter] = []
            for letter in found {
                if let reason = letter.refusal { outcome.refuse(letter, reason) } else { sent.append(letter) }
            }
            guard !sent.isEmpty else { return }
            let replayed = try await letters.replay(sent)
            outcome.done += replayed.replayed
            outcome.gone += replayed.gone
            outcome.full = replayed.full
        }
    }
}
