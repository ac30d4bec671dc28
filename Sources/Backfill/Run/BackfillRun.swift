package import JobQueue
internal import PostgresClient
package import Reactor
internal import RedisClient

/// Pours the rows of a source into the bulk lane, page by page, and waits until the workers are done with them.
///
/// While a page is on its way into Redis the next one is read. A page's jobs and how far they go are one step in Redis
/// (`RunWriter`): whatever dies, and whenever, the run goes on behind the last row that is in. What is away is waited for.
@Reactor
package final class BackfillRun {
    package struct Configuration: Sendable {
        package var throttle = Throttle.Limits()
        /// Whether to stay until the jobs are done.
        package var waits = true
        package var backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))

        package init() {}
    }

    private static let beatInterval = Duration.seconds(2)
    private static let tellInterval = Duration.milliseconds(200)
    /// Of a page while the workers are what is waited for: Redis does nothing else while it takes one, some ten
    /// microseconds a row, and large ones bring nothing then.
    private static let calmRows = 200
    private static let calmTime = Duration.seconds(10)
    /// At an account that may still change.
    private static let maximumLooks = 10

    private let pages: any PageSource
    private let writer: RunWriter
    private let gauges: BackfillGauges
    private let selection: RowSelection
    private let throttle: Throttle
    private let configuration: Configuration
    private let tell: @Sendable (BackfillEvent) -> Void

    /// Failures that the first page brings along.
    private var carried: [RunFailure]
    private var checkpoint: Checkpoint
    private var progress: BackfillProgress
    private var meter = RateMeter()
    private var waiting: WaitReason?
    private var heldBackAt: ContinuousClock.Instant?
    private var told = ContinuousClock.now
    private let start = ContinuousClock.now
    private var rowsSent = 0
    private var isStopped = false
    private var failure: BackfillError?
    private var beat: Task<Void, Never>?
    private var isAdding = false

    /// - Parameters:
    ///   - state: of the run that was begun or taken up, and that `writer` writes.
    ///   - planned: rows that there are to read.
    ///   - failures: of rows that are not read, and counted as rejected already.
    ///   - tell: is called on the reactor.
    package init(
        pages: any PageSource,
        writer: RunWriter,
        gauges: BackfillGauges,
        state: RunState,
        selection: RowSelection,
        planned: Int,
        carrying failures: [RunFailure] = [],
        configuration: Configuration,
        tell: @escaping @Sendable (BackfillEvent) -> Void
    ) {
        self.pages = pages
        self.writer = writer
        self.gauges = gauges
        self.selection = selection
        carried = failures
        self.configuration = configuration
        self.tell = tell
        throttle = Throttle(limits: configuration.throttle)
        checkpoint = Checkpoint(state.fields)
        progress = BackfillProgress()
        progress.planned = planned
        progress.checkpoint = checkpoint
    }

    /// Ends after what is under way: `run` then returns. The run can be taken up again.
    package func stop() {
        isStopped = true
    }

    /// - Throws: what cannot be waited for. The run stays as far as it is.
    package func run() async throws(BackfillError) -> BackfillSummary {
        let beats = Task { await keepBeating() }
        defer { beats.cancel() }
        // How much the lane may hold bounds the first page as well; while Redis is away, it is waited for there.
        _ = await reasonToWait(0)
        try await pour()
        if let failure { throw failure }
        var state = BackfillSummary.State.stopped
        if !isStopped {
            state = configuration.waits ? try await drain() : .detached
        }
        if let failure { throw failure }
        try await end(state)
        return BackfillSummary(
            state: state,
            run: writer.run,
            progress: progress,
            seconds: start.duration(to: .now) / .seconds(1)
        )
    }

    // MARK: Pouring

    private func pour() async throws(BackfillError) {
        var page = try await nextPage()
        while let current = page, !isOver {
            let isRead = current.isLast
            var later = checkpoint
            later.add(current)
            // Read while this one is written. What was read is of no use where Redis comes back with less.
            let expected = later
            let reading: Task<SourcePage?, any Error>? = isRead ? nil : readTask(behind: expected)
            defer { reading?.cancel() }
            switch try await add(current, reaching: later) {
            case .added: page = try await value(of: reading)
            case .again:
                reading?.cancel()
                _ = await reading?.result
                page = try await nextPage()
            case .over:
                reading?.cancel()
                _ = await reading?.result
                return
            }
        }
    }

    /// Prefers the loop: a row that is there already must not cost a turn of the loop's queue.
    private func readTask(behind checkpoint: Checkpoint) -> Task<SourcePage?, any Error> {
        Task(executorPreference: Reactor.loop) { try await self.read(behind: checkpoint) }
    }

    private var isHeldBack: Bool { heldBackAt.map { $0.duration(to: .now) < Self.calmTime } ?? false }

    private var isOver: Bool { isStopped || failure != nil }

    private func value(of reading: Task<SourcePage?, any Error>?) async throws(BackfillError) -> SourcePage? {
        guard let reading else { return nil }
        do {
            return try await reading.value
        } catch {
            throw error as? BackfillError ?? BackfillError(.databaseAway, "\(error)")
        }
    }

    /// Nil where there is none, or it is not wanted any more.
    private func nextPage() async throws(BackfillError) -> SourcePage? {
        checkpoint.isComplete ? nil : try await read(behind: checkpoint)
    }

    /// Tries until the database answers.
    private func read(behind checkpoint: Checkpoint) async throws(BackfillError) -> SourcePage? {
        let rest = (selection.limit ?? .max) - checkpoint.read
        let pace = throttle.limits.rowsPerSecond.map { max(1, Int($0)) } ?? .max
        let maximum = min(rest, pace, gauges.roomOfLane ?? .max, isHeldBack ? Self.calmRows : .max)
        var failures = 0
        while !isOver {
            do throws(PostgresError) {
                return try await pages.read(
                    after: checkpoint.after,
                    number: checkpoint.read,
                    maximum: maximum
                )
            } catch {
                if error.code == .cancelled { return nil }
                guard error.isPassing else { throw BackfillError(error) }
                failures += 1
                await wait(for: .databaseAway("\(error)"), configuration.backoff.wait(afterFailures: failures))
            }
        }
        return nil
    }

    private enum Addition {
        case added
        /// What follows on `checkpoint` is to be read again: Redis knows less than it did, or has less room.
        case again
        case over
    }

    /// Waits until the page may go, and until Redis has it.
    private func add(_ page: SourcePage, reaching later: Checkpoint) async throws(BackfillError) -> Addition {
        var failures = 0
        while !isOver {
            // Of a lane that holds less than the page, a smaller one is read.
            if let room = gauges.roomOfLane, page.jobs.count > room { return .again }
            if let reason = await reasonToWait(page.jobs.count) {
                heldBackAt = .now
                await wait(for: reason, Self.tellInterval)
                continue
            }
            let outcome: RunWriter.Outcome
            do throws(RedisError) {
                outcome = try await alone { () async throws(RedisError) in
                    try await writer.add(page.jobs, failures: carried + page.failures, fields: later.fields)
                }
                failures = 0
            } catch {
                guard error.isPassing else { throw BackfillError(error) }
                failures += 1
                await wait(for: .redisAway("\(error)"), configuration.backoff.wait(afterFailures: failures))
                continue
            }
            switch outcome {
            case .added:
                checkpoint = later
                carried = []
                rowsSent += page.rows
                gauges.added(page.jobs.count)
                await goOn()
                return .added
            case .full(let full): await wait(for: .laneFull(jobs: full.length, bound: full.bound), Self.tellInterval)
            case .paused: await wait(for: .lanePaused, Self.tellInterval)
            case .superseded(let owner): throw Self.superseded(by: owner)
            case .rolledBack(let state):
                checkpoint = Checkpoint(state.fields)
                return .again
            }
        }
        // A page whose answer was lost may be in all the same.
        return .over
    }

    private func reasonToWait(_ rows: Int) async -> WaitReason? {
        do throws(RedisError) {
            try await gauges.refresh()
        } catch {
            return .redisAway("\(error)")
        }
        update()
        return throttle.reasonToWait(rows, gauges.figures)
    }

    /// After a page: tells, and keeps to the rate.
    private func goOn() async {
        update()
        if waiting != nil {
            waiting = nil
            tell(.goesOn(progress))
        } else if told.duration(to: .now) >= Self.tellInterval {
            told = .now
            tell(.progress(progress))
        }
        let pause = throttle.pause(afterRows: rowsSent, in: start.duration(to: .now))
        if pause > .zero { try? await Task.sleep(for: pause) }
    }

    private func wait(for reason: WaitReason, _ duration: Duration) async {
        if waiting?.code != reason.code {
            waiting = reason
            tell(.waiting(reason, progress))
        } else if told.duration(to: .now) >= Self.tellInterval {
            told = .now
            tell(.progress(progress))
        }
        try? await Task.sleep(for: duration)
    }

    // MARK: Draining

    /// Until every job of the run is done.
    private func drain() async throws(BackfillError) -> BackfillSummary.State {
        var watch = VanishedJobs()
        while !isOver {
            let reason = await reasonToWait(0)
            if let reason, case .redisAway = reason {
                await wait(for: reason, Self.tellInterval)
                continue
            }
            if progress.tally.finished >= checkpoint.enqueued {
                await settleAccounts()
                return .finished
            }
            if gauges.isTallyGone {
                throw BackfillError(
                    .jobsVanished,
                    "Redis has lost the count of the run \(writer.run): run it again with --restart; nothing is doubled"
                )
            }
            let missing = checkpoint.enqueued - progress.tally.finished
            if watch.areGone(missing: missing, inQueue: gauges.inQueue) {
                throw BackfillError(
                    .jobsVanished,
                    "\(missing) jobs are on the lane no more and were not done: run it again with --restart; nothing is "
                        + "doubled"
                )
            }
            if let reason = reasonToDrainSlowly(reason) {
                await wait(for: reason, Self.tellInterval)
            } else {
                await goOn()
                try? await Task.sleep(for: Self.tellInterval)
            }
        }
        return .stopped
    }

    /// Nothing is added any more: what keeps others from adding is no news.
    private func reasonToDrainSlowly(_ reason: WaitReason?) -> WaitReason? {
        switch reason {
        case .lanePaused?, .budget?, .provider?: reason
        default: gauges.figures.workers == 0 ? .noWorkers(jobs: gauges.figures.lag) : nil
        }
    }

    /// What a call has cost is booked a little after its jobs are done.
    private func settleAccounts() async {
        var before: Int?
        for _ in 0..<Self.maximumLooks {
            do throws(RedisError) {
                try await gauges.refreshLedger()
            } catch {
                return
            }
            if before != nil, before == gauges.tokens { break }
            before = gauges.tokens
            try? await Task.sleep(for: Self.tellInterval)
        }
        update()
    }

    // MARK: Ending

    private func end(_ state: BackfillSummary.State) async throws(BackfillError) {
        var failures = 0
        while true {
            do throws(RedisError) {
                let fields = progress.rowsPerSecond.map { [(name: "rate", value: "\($0)")] } ?? []
                try await alone { () async throws(RedisError) in
                    _ = try await writer.recover()
                    if state == .finished {
                        _ = try await writer.finish(fields: fields)
                    } else {
                        try await writer.leave(fields: fields)
                    }
                }
                return
            } catch {
                failures += 1
                // Who stops does not want to wait: the state is as good without this.
                guard error.isPassing, state == .finished, !isStopped else {
                    if state == .stopped { return }
                    throw BackfillError(error)
                }
                await wait(for: .redisAway("\(error)"), configuration.backoff.wait(afterFailures: failures))
            }
        }
    }

    // MARK: Beats

    /// Shows others that this process lives, also while a page takes long to read.
    private func keepBeating() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.beatInterval)
            guard !Task.isCancelled, !isAdding, beat == nil else { continue }
            let task = Task {
                let outcome = try? await writer.beat()
                if case .superseded(let owner)? = outcome, !Task.isCancelled { failure = Self.superseded(by: owner) }
            }
            beat = task
            await task.value
            beat = nil
        }
    }

    /// The writer does one thing at a time.
    private func alone<Answer>(
        _ body: () async throws(RedisError) -> Answer
    ) async throws(RedisError) -> Answer {
        isAdding = true
        defer { isAdding = false }
        await beat?.value
        return try await body()
    }

    private static func superseded(by owner: RunOwner?) -> BackfillError {
        let who = owner.map { "by \($0)" } ?? "or removed"
        return BackfillError(.superseded, "the run was taken over \(who): this process adds nothing more")
    }

    // MARK: Telling

    private func update() {
        progress.checkpoint = checkpoint
        progress.tally = gauges.tally ?? progress.tally
        progress.lag = gauges.figures.lag
        progress.tokens = gauges.tokens
        progress.dollars = gauges.dollars
        meter.note(progress.finished)
        progress.rowsPerSecond = meter.perSecond
    }
}
