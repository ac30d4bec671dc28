import JobQueue
import Reactor
import RedisClient
import Settings

/// The commands on dead letters.
extension Composition {
    func listDeadLetters(_ command: DeadListCommand) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        do throws(RedisError) {
            let now = try await connection.timeInMilliseconds()
            var pages = deadLetters(connection).pages(command.letters.filter, .newestFirst, now: now)
            let text = DeadLetterText(now: now, width: Terminal.width)
            var shown = 0
            while let page = try await pages.next() {
                if shown == 0, !page.isEmpty, !command.output.isJSON { Output.line(text.head) }
                for letter in page.prefix(command.limit - shown) {
                    Output.line(command.output.isJSON ? json(DeadLetterJSON.line(letter)) : text.row(letter))
                }
                shown += page.count
                guard shown <= command.limit else { break }
            }
            if shown == 0, !command.output.isJSON { Output.line("no dead letter matches") }
            if shown > command.limit {
                StandardError.write("only the newest \(command.limit) are shown: --limit shows more")
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    func showDeadLetter(_ command: DeadShowCommand) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        let found: DeadLetter?
        let now: Int
        do throws(RedisError) {
            found = try await deadLetters(connection).letter(command.letter)
            now = try await connection.timeInMilliseconds()
        } catch {
            throw CommandFailure(error)
        }
        guard let found else {
            throw CommandFailure(.jobFailed, "there is no dead letter \(command.letter): memoir dead list shows them")
        }
        if command.output.isJSON {
            Output.line(json(DeadLetterJSON.whole(found)))
        } else {
            Output.line(DeadLetterText(now: now, width: nil).whole(found, isFull: command.full))
        }
    }

    func replayDeadLetters(_ command: DeadReplayCommand) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        let letters = deadLetters(connection)
        let filter = command.letters.filter
        let change = Change(action: .replayed, letters: letters, filter: filter, now: try await time(connection))
        try await perform(change, command.consent, command.output) { page, outcome throws(RedisError) in
            var sent: [DeadLetter] = []
            for letter in page {
                if let reason = letter.refusal { outcome.refuse(letter, reason) } else { sent.append(letter) }
            }
            let replayed = try await letters.replay(sent)
            outcome.done += replayed.replayed
            outcome.gone += replayed.gone
            outcome.full = replayed.full
        }
    }

    func purgeDeadLetters(_ command: DeadPurgeCommand) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        let letters = deadLetters(connection)
        let filter = command.letters.filter
        let change = Change(action: .purged, letters: letters, filter: filter, now: try await time(connection))
        try await perform(change, command.consent, command.output) { page, outcome throws(RedisError) in
            let purged = try await letters.purge(page)
            outcome.done += purged
            outcome.gone += page.count - purged
        }
    }

    // MARK: What replay and purge share

    private struct Change {
        let action: DeadLetterOutcome.Action
        let letters: DeadLetters
        let filter: DeadLetterFilter
        /// Which ages are counted from, the same for the count and for what follows, so that both mean the same letters.
        let now: Int
    }

    private typealias PageChange = ([DeadLetter], inout DeadLetterOutcome) async throws(RedisError) -> Void

    /// Counts what matches, asks, and does it page by page.
    private func perform(
        _ change: Change,
        _ consent: ConsentOptions,
        _ output: OutputOptions,
        _ apply: PageChange
    ) async throws(CommandFailure) {
        let tally = try await tally(change, limit: consent.limit)
        if !output.isJSON { Output.line(tally.text) }
        var outcome = DeadLetterOutcome(change.action, tally)
        guard try isWanted(change, tally, consent) else {
            if output.isJSON { Output.line(outcome.json) }
            return
        }
        try await applyToPages(change, &outcome, apply)
        Output.line(output.isJSON ? outcome.json : outcome.text)
        if let full = outcome.full {
            throw CommandFailure(.tryAgain, "\(full). \(outcome.done) of \(tally.matched) are replayed, the rest stay")
        }
        if let refusals = outcome.refusals { throw CommandFailure(.jobFailed, refusals) }
    }

    private func isWanted(
        _ change: Change,
        _ tally: DeadLetterTally,
        _ consent: ConsentOptions
    ) throws(CommandFailure) -> Bool {
        guard tally.matched > 0, !consent.dryRun else { return false }
        return consent.yes ? true : try Confirmation.ask(question(change.action, tally.matched))
    }

    private func tally(_ change: Change, limit: Int?) async throws(CommandFailure) -> DeadLetterTally {
        do throws(RedisError) {
            var tally = DeadLetterTally()
            var pages = change.letters.pages(change.filter, .oldestFirst, now: change.now)
            while let page = try await pages.next() {
                for letter in page {
                    if let limit, tally.matched == limit { return tally }
                    tally.add(letter)
                }
            }
            return tally
        } catch {
            throw CommandFailure(error)
        }
    }

    private func applyToPages(
        _ change: Change,
        _ outcome: inout DeadLetterOutcome,
        _ apply: PageChange
    ) async throws(CommandFailure) {
        var progress = Progress(change.action.rawValue, total: outcome.tally.matched)
        defer { progress.tell() }
        do throws(RedisError) {
            var pages = change.letters.pages(change.filter, .oldestFirst, now: change.now, last: outcome.tally.last)
            while outcome.full == nil, let page = try await pages.next() {
                let before = outcome.done
                try await apply(page, &outcome)
                progress.add(outcome.done - before)
            }
        } catch {
            let failure = CommandFailure(error)
            throw CommandFailure(failure.status, "\(failure.message). Run it again: nothing is done twice")
        }
    }

    private func question(_ action: DeadLetterOutcome.Action, _ count: Int) -> String {
        switch action {
        case .replayed: "Replay \(count) \(count == 1 ? "job" : "jobs")"
        case .purged: "Purge \(count) \(count == 1 ? "dead letter" : "dead letters")"
        }
    }

    private func json(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func deadLetters(_ connection: RedisConnection) -> DeadLetters {
        DeadLetters(connection: connection, keys: keys, limits: laneLimits)
    }

    private func time(_ connection: RedisConnection) async throws(CommandFailure) -> Int {
        do throws(RedisError) {
            return try await connection.timeInMilliseconds()
        } catch {
            throw CommandFailure(error)
        }
    }
}
