package import Reactor
package import RedisClient

/// Adds the pages of a run to a lane. A page's jobs and the state that tells of them get in together or not at all, and
/// once, whatever dies and whenever: the state is watched from before it is checked until the page is there.
///
/// Where a call throws, it is not known whether the page got in. The same call again finds out and adds it only where it
/// did not; so does `recover`, which adds nothing.
///
/// One call at a time, but for `beat`.
@Reactor
package final class RunWriter {
    package enum Outcome: Sendable, Equatable {
        case added
        /// Nothing was added: there is no room for all of the page.
        case full(QueueFull)
        /// Nothing was added: nobody reads from the lane. Since when, in milliseconds since 1970.
        case paused(since: Int)
        /// Nothing was added, and nothing more will be: the run is another process's by now, or gone where there is none.
        case superseded(by: RunOwner?)
        /// Nothing was added: Redis came back with an older state, and jobs that were added since are gone with it. The
        /// next page is to be what follows on this state.
        case rolledBack(RunState)
    }

    /// What must be known before a page is added, asked for behind the page before.
    private struct Lookahead {
        let request: RedisRequest
        let lane: Lane
        let askedAt = ContinuousClock.now
    }

    /// Times that somebody may change the state while a page is added.
    private static let maximumAttempts = 5
    /// Of what was asked for ahead: the state is watched since then, the lane is not.
    static let maximumAge = Duration.milliseconds(100)

    private let connection: RedisConnection
    private let keys: JobKeys
    private let limits: LaneLimits
    private let owner: RunOwner
    private let stepScript = RedisScript(RunStepScript.source)
    package let run: String
    package let collection: String
    /// Pages that were added, as far as is known.
    package private(set) var pages: Int
    /// Whether a page may have got in, or may still, that is not counted.
    private var isInDoubt = false
    private var isBusy = false
    private var ahead: Lookahead?

    /// - Parameters:
    ///   - connection: of its own: what is watched belongs to a connection.
    ///   - limits: hold where none are published in Redis.
    ///   - state: of the run that was begun or taken up.
    ///   - owner: who did that.
    package init(
        connection: RedisConnection,
        keys: JobKeys,
        limits: LaneLimits = LaneLimits(),
        state: RunState,
        owner: RunOwner
    ) {
        self.connection = connection
        self.keys = keys
        self.limits = limits
        self.owner = owner
        run = state.run
        collection = state.collection
        pages = state.page
    }

    /// Adds the page's jobs, and writes what the caller wants to know when it takes the run up again.
    ///
    /// - Parameters:
    ///   - page: may be empty, where only the rest is to be written.
    ///   - failures: of what never became a job; those that there is no room for are dropped.
    ///   - fields: the caller's own: see `RunState.fields`.
    package func add(
        _ page: JobPage,
        failures: [RunFailure] = [],
        fields: [(name: String, value: String)] = []
    ) async throws(RedisError) -> Outcome {
        precondition(!isBusy, "a page is being added")
        isBusy = true
        defer { isBusy = false }
        if isInDoubt, let outcome = try await settle() { return outcome }
        // What there is room for, and for how long, is asked for anew: such pages are few.
        if !failures.isEmpty { ahead = nil }
        for _ in 0..<Self.maximumAttempts {
            let (check, epoch, wasAhead) = try await check(page.lane)
            if let outcome = judge(check.state) { return outcome }
            if let refusal = refusal(of: page, check) {
                // What was true a moment ago is no reason to refuse a page.
                if wasAhead { continue }
                return refusal
            }
            let commit = RunCommit(page: page, failures: failures, fields: fields, check: check)
            if try await send(commit.command(pages + 1, run, collection, keys: keys), page.lane, onlyOn: epoch) {
                pages += 1
                return .added
            }
        }
        throw RedisError(server: "TRYAGAIN the state of the run changes all the time")
    }

    /// What became of a page whose call threw: `added` where it got in; nil where there was none, or it did not and never
    /// will. Where that is not `added`, the caller goes on as after `add`.
    package func recover() async throws(RedisError) -> Outcome? {
        precondition(!isBusy, "a page is being added")
        isBusy = true
        defer { isBusy = false }
        return try await settle()
    }

    /// Shows that the owner lives, at any time. Does nothing while a page is added: that shows it, too.
    ///
    /// - Returns: `superseded` where the run is not ours any more; nil for all else, which is for those to hear who add
    ///   the next page.
    package func beat(fields: [(name: String, value: String)] = []) async throws(RedisError) -> Outcome? {
        guard !isBusy else { return nil }
        return judgeOwner(of: try await step("beat", fields))
    }

    /// Lets go of the run: it may be taken up at once.
    package func leave(fields: [(name: String, value: String)] = []) async throws(RedisError) {
        _ = try await step("leave", fields)
    }

    /// Marks the run as finished. Safe to call again; where a page is in doubt, `recover` comes first.
    ///
    /// - Returns: what is wrong with the run, which is not finished then; nil where nothing is.
    package func finish(fields: [(name: String, value: String)] = []) async throws(RedisError) -> Outcome? {
        precondition(!isBusy && !isInDoubt, "a page is being added, or nobody knows whether it was")
        isBusy = true
        defer { isBusy = false }
        return judge(try await step("finish", fields))
    }

    // MARK: Judging

    private func refusal(of page: JobPage, _ check: RunCheck) -> Outcome? {
        if let since = check.pausedSince { return .paused(since: since) }
        let bound = check.bound ?? limits[page.lane]
        if bound > 0 && check.length + page.count > bound {
            return .full(QueueFull(lane: page.lane, length: check.length, bound: bound))
        }
        return nil
    }

    private func judge(_ state: RunState?) -> Outcome? {
        if let outcome = judgeOwner(of: state) { return outcome }
        guard let state, state.page != pages else { return nil }
        pages = state.page
        return .rolledBack(state)
    }

    private func judgeOwner(of state: RunState?) -> Outcome? {
        state?.run == run && state?.owner == owner ? nil : .superseded(by: state?.owner)
    }

    /// Ends the doubt: a page that is on its way on a connection that was lost is late from here on.
    private func settle() async throws(RedisError) -> Outcome? {
        let state = try await step("beat", [])
        let wasInDoubt = isInDoubt
        isInDoubt = false
        guard wasInDoubt, judgeOwner(of: state) == nil, state?.page == pages + 1 else { return judge(state) }
        pages += 1
        return .added
    }

    // MARK: Asking

    /// Asks, unless that was done behind the page before, a moment ago.
    private func check(_ lane: Lane) async throws(RedisError) -> (RunCheck, epoch: Int, wasAhead: Bool) {
        if let ahead, ahead.lane == lane, ahead.askedAt.duration(to: .now) < Self.maximumAge {
            self.ahead = nil
            // Where it has failed, it is asked again.
            if let replies = try? await ahead.request.replies() {
                return (try RunCheck(replies, collection), ahead.request.epoch, true)
            }
        }
        ahead = nil
        let request = try connection.begin(RunCheck.command(lane, run, collection, keys: keys))
        return (try RunCheck(try await request.replies(), collection), request.epoch, false)
    }

    /// Sends a page, and behind it what the next one begins with, so that the server need not wait for that.
    ///
    /// - Returns: whether it was done; not where the state was changed, or the connection lost, since it was checked.
    private func send(_ command: RedisCommand, _ lane: Lane, onlyOn epoch: Int) async throws(RedisError) -> Bool {
        let request: RedisRequest
        do throws(RedisError) {
            request = try connection.begin(command, onlyOn: epoch)
        } catch {
            guard error.code == .connectionLost else { throw error }
            return false
        }
        isInDoubt = true
        let next = try? connection.begin(RunCheck.command(lane, run, collection, keys: keys), onlyOn: epoch)
        ahead = next.map { Lookahead(request: $0, lane: lane) }
        let replies = try await request.replies()
        // Whatever they say, they say it for certain.
        isInDoubt = false
        return try RunCommit.outcome(replies)
    }

    private func step(
        _ verb: StaticString,
        _ fields: [(name: String, value: String)]
    ) async throws(RedisError) -> RunState? {
        var arguments = RedisArguments()
        // It writes what was watched.
        ahead = nil
        arguments.append(keys.backfill(collection))
        arguments.append(keys.tally(run))
        arguments.append(keys.failures(run))
        arguments.append(run)
        arguments.append(owner.text)
        arguments.append(verb)
        arguments.append(pages)
        arguments.append(Int(Runs.lifetime / .seconds(1)))
        for (name, value) in fields {
            arguments.append(name)
            arguments.append(value)
        }
        return try RunState(
            collection: collection,
            try await stepScript.run(on: connection, keyCount: 3, arguments)
        )
    }
}
