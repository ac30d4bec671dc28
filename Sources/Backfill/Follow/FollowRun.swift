internal import JobQueue
internal import PostgresClient
package import Reactor
internal import RedisClient

/// Keeps a collection in step with its table, until it is stopped: changes become jobs on the bulk lane.
///
/// Always that lane, whatever the hurry: behind an older state of a row, which a backfill may have put there, comes the
/// newer one. On a faster lane it would come before, and the older would win.
///
/// What is away is waited for. A change is done when Redis has its jobs; what dies before sends them again.
@Reactor
package final class FollowRun {
    package struct Configuration: Sendable {
        package var throttle = Throttle.Limits()
        /// With jobs that are not counted as done while the queue is empty. Defaults to 10 s.
        package var patience = Duration.seconds(10)
        package var backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))

        package init() {}
    }

    /// Between two looks at what holds a page up.
    private static let lookInterval = Duration.milliseconds(200)
    private static let tellInterval = Duration.seconds(1)
    private static let checkInterval = Duration.seconds(30)

    private let source: any ChangeSource
    private let keeper: RunKeeper
    private let gauges: BackfillGauges
    private let throttle: Throttle
    private let configuration: Configuration
    private let tell: @Sendable (FollowEvent) -> Void

    private var checkpoint: FollowCheckpoint
    private var inFlight: InFlightRows
    private var untold = FollowCounts()
    private var total = FollowCounts()
    private var told = ContinuousClock.now
    private var checked = ContinuousClock.now
    private var isDeaf = false
    private var waiting: WaitReason?
    private var failures = 0
    private var isStopped = false
    /// Ends what is waited for.
    private var interrupt: (() -> Void)?

    /// - Parameters:
    ///   - keeper: of the run that was begun.
    ///   - checkpoint: how far that is.
    ///   - tell: is called on the reactor.
    package init(
        source: any ChangeSource,
        keeper: RunKeeper,
        gauges: BackfillGauges,
        checkpoint: FollowCheckpoint,
        configuration: Configuration,
        tell: @escaping @Sendable (FollowEvent) -> Void
    ) {
        self.source = source
        self.keeper = keeper
        self.gauges = gauges
        self.checkpoint = checkpoint
        self.configuration = configuration
        self.tell = tell
        inFlight = InFlightRows(patienceWithEmptyQueue: configuration.patience)
        throttle = Throttle(limits: configuration.throttle)
    }

    /// Ends after what is under way: `run` then returns.
    package func stop() {
        isStopped = true
        interrupt?()
    }

    /// - Throws: what cannot be waited for.
    package func run() async throws(BackfillError) {
        let beats = Task { await keeper.keepBeating { self.interrupt?() } }
        defer { beats.cancel() }
        tell(.following(source.mode, since: checkpoint.position?.since))
        do throws(BackfillError) {
            while !isStopped { try await step() }
        } catch {
            await keeper.leave()
            throw error
        }
        await keeper.leave()
        tellChanges()
        tell(.stopped(total))
    }

    // MARK: A step

    private func step() async throws(BackfillError) {
        guard try await isWhole() else { return }
        let verified = keeper.verified
        let pace = throttle.limits.rowsPerSecond.map { max(1, Int($0)) } ?? .max
        let maximum = min(pace, gauges.roomOfLane ?? .max)
        let checkpoint = checkpoint
        let began = ContinuousClock.now
        let page = try await asking { () async throws(PostgresError) -> FollowPage? in
            if let verified { try await self.source.settle(before: verified) }
            return try await self.source.read(checkpoint, maximum: maximum)
        }
        guard let answer = page else { return }
        if case .databaseAway? = waiting { goOn() }
        guard let page = answer else { return try await rest() }
        if page.isEmpty { added(page) } else { try await send(page, began) }
    }

    /// There is nothing to do.
    private func rest() async throws(BackfillError) {
        tellChanges()
        if checked.duration(to: .now) >= Self.checkInterval {
            checked = .now
            let answer = try await asking { () async throws(PostgresError) in try await self.source.deafness() }
            guard let trouble = answer else { return }
            if let trouble, !isDeaf { tell(.deaf(trouble)) }
            if trouble == nil, isDeaf { tell(.hears) }
            isDeaf = trouble != nil
        }
        _ = try await asking { () async throws(PostgresError) in try await self.source.wait() }
    }

    /// - Returns: nil where the database is away, or it is to be stopped.
    private func asking<Answer: Sendable>(
        _ body: @escaping @Reactor () async throws(PostgresError) -> Answer
    ) async throws(BackfillError) -> Answer? {
        let task = Task<Result<Answer, PostgresError>, Never> { @Reactor in
            do throws(PostgresError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        interrupt = { task.cancel() }
        defer { interrupt = nil }
        switch await task.value {
        case .success(let answer):
            failures = 0
            return answer
        case .failure(let error):
            if error.code == .cancelled { return nil }
            guard error.isPassing else { throw BackfillError(error) }
            failures += 1
            await wait(for: .databaseAway("\(error)"), configuration.backoff.wait(afterFailures: failures))
            return nil
        }
    }

    // MARK: Sending

    /// Waits until the page may go, and until Redis has it.
    private func send(_ page: FollowPage, _ began: ContinuousClock.Instant) async throws(BackfillError) {
        var later = checkpoint
        later.add(page)
        var failures = 0
        while !isStopped {
            let outcome: RunKeeper.Outcome
            do throws(RedisError) {
                try await gauges.refresh()
                if try await hasWaited(for: page.rows) { return }
                // Of a lane that holds less than the page, a smaller one is read.
                if let room = gauges.roomOfLane, page.jobs.count > room {
                    let reason = WaitReason.laneFull(jobs: gauges.figures.lag, bound: room)
                    return await wait(for: reason, Self.lookInterval)
                }
                if let reason = throttle.reasonToWait(page.jobs.count, gauges.figures) {
                    await wait(for: reason, Self.lookInterval)
                    continue
                }
                outcome = try await keeper.add(page, fields: later.fields)
            } catch {
                failures += 1
                try await redisFailed(error, failures)
                continue
            }
            failures = 0
            switch outcome {
            case .added:
                checkpoint = later
                added(page)
                let pause = throttle.pause(afterRows: page.jobs.count, in: began.duration(to: .now))
                return await self.pause(pause)
            case .wait(let reason): await wait(for: reason, Self.lookInterval)
            case .lost(let state): return lost(state)
            case .taken(let owner): throw Self.taken(by: owner)
            }
        }
    }

    /// Older jobs of these rows are waited for. What was read is older than they by then: it is read again.
    private func hasWaited(for rows: Set<RowKey>) async throws(RedisError) -> Bool {
        guard !inFlight.allows(rows) else { return false }
        lookForDone()
        // Nothing was waited for.
        if inFlight.allows(rows) { return false }
        while !isStopped {
            if gauges.figures.workers == 0 {
                await wait(for: .noWorkers(jobs: gauges.figures.lag), Self.lookInterval)
            } else {
                await pause(Self.lookInterval)
            }
            try await gauges.refresh()
            lookForDone()
            if inFlight.allows(rows) { break }
        }
        return true
    }

    private func lookForDone() {
        let missing = checkpoint.jobs - checkpoint.uncounted - (gauges.tally?.finished ?? 0)
        // A dead letter that was replayed is counted twice.
        if missing < 0 { checkpoint.uncounted += missing }
        checkpoint.uncounted += inFlight.look(missing: max(0, missing), inQueue: gauges.inQueue)
    }

    private func added(_ page: FollowPage) {
        inFlight.add(page.rows)
        gauges.added(page.jobs.count)
        source.added(page)
        untold += page.counts
        total += page.counts
        if waiting != nil { goOn() }
        if page.isTruncated { tell(.truncated) }
        if told.duration(to: .now) >= Self.tellInterval { tellChanges() }
    }

    // MARK: What Redis has lost

    /// Whether Redis has all that it had, as far as is known.
    private func isWhole() async throws(BackfillError) -> Bool {
        let outcome: RunKeeper.Outcome?
        do throws(RedisError) {
            outcome = try await keeper.loss()
        } catch {
            failures += 1
            try await redisFailed(error, failures)
            return false
        }
        switch outcome {
        case nil: return true
        case .lost(let state)?: lost(state)
        case .taken(let owner)?: throw Self.taken(by: owner)
        case .added?, .wait?: break
        }
        return false
    }

    private func lost(_ state: RunState) {
        checkpoint = FollowCheckpoint(state.fields)
        source.reset()
        inFlight.becomeUnknown()
        if waiting != nil { goOn() }
        tell(.sendsAgain)
    }

    private func redisFailed(_ error: RedisError, _ failures: Int) async throws(BackfillError) {
        guard error.isPassing else { throw BackfillError(error) }
        await wait(for: .redisAway("\(error)"), configuration.backoff.wait(afterFailures: failures))
    }

    private static func taken(by owner: RunOwner?) -> BackfillError {
        let who = owner.map { "\($0)" } ?? "another process"
        return BackfillError(.superseded, "\(who) follows by now: this process adds nothing more")
    }

    // MARK: Waiting and telling

    private func wait(for reason: WaitReason, _ duration: Duration) async {
        if waiting?.code != reason.code {
            waiting = reason
            tell(.waiting(reason))
        }
        await pause(duration)
    }

    /// Until it is over, or the run is to be stopped.
    private func pause(_ duration: Duration) async {
        guard duration > .zero, !isStopped else { return }
        let task = Task { try? await Task.sleep(for: duration) }
        interrupt = { task.cancel() }
        defer { interrupt = nil }
        _ = await task.value
    }

    private func goOn() {
        waiting = nil
        tell(.goesOn)
    }

    private func tellChanges() {
        told = .now
        guard !untold.isZero else { return }
        tell(.changes(untold))
        untold = FollowCounts()
    }
}
