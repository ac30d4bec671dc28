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

    static let beatInterval = Duration.seconds(2)
    static let tellInterval = Duration.milliseconds(200)
    /// Of a page while the workers are what is waited for: Redis does nothing else while it takes one, some ten
    /// microseconds a row, and large ones bring nothing then.
    static let calmRows = 200
    static let calmTime = Duration.seconds(10)
    /// At an account that may still change.
    static let maximumLooks = 10

    let pages: any PageSource
    let writer: RunWriter
    let gauges: BackfillGauges
    let selection: RowSelection
    let throttle: Throttle
    let configuration: Configuration
    let tell: @Sendable (BackfillEvent) -> Void

    var checkpoint: Checkpoint
    var progress: BackfillProgress
    var meter = RateMeter()
    var waiting: WaitReason?
    var heldBackAt: ContinuousClock.Instant?
    var told = ContinuousClock.now
    let start = ContinuousClock.now
    var rowsSent = 0
    var isStopped = false
    var failure: BackfillError?
    /// The page behind the one that is being added.
    var reading: Task<SourcePage?, any Error>?

    /// - Parameters:
    ///   - state: of the run that was begun or taken up, and that `writer` writes.
    ///   - planned: rows that there are to read.
    ///   - tell: is called on the reactor.
    package init(
        pages: any PageSource,
        writer: RunWriter,
        gauges: BackfillGauges,
        state: RunState,
        selection: RowSelection,
        planned: Int,
        configuration: Configuration,
        tell: @escaping @Sendable (BackfillEvent) -> Void
    ) {
        self.pages = pages
        self.writer = writer
        self.gauges = gauges
        self.selection = selection
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
        // The database may take its time; what it would have sent is not wanted any more.
        reading?.cancel()
    }

    /// - Throws: what cannot be waited for. The run stays as far as it is.
    package func run() async throws(BackfillError) -> BackfillSummary {
        let beats = Task { await keepBeating() }
        defer { beats.cancel() }
        // How much the lane may hold bounds the first page as well; while Redis is away, it is waited for there.
        _ = await reasonToWait(0)
        tell(.progress(progress))
        let state: BackfillSummary.State
        do throws(BackfillError) {
            state = try await pourAndDrain()
            if let failure { throw failure }
        } catch {
            // Whoever takes it up need not wait until this process counts as dead.
            if error.code != .superseded { try? await end(.stopped) }
            throw error
        }
        try await end(state)
        return BackfillSummary(
            state: state,
            run: writer.run,
            progress: progress,
            seconds: start.duration(to: .now) / .seconds(1)
        )
    }

    private func pourAndDrain() async throws(BackfillError) -> BackfillSummary.State {
        while true {
            try await pour()
            if isOver { return .stopped }
            guard configuration.waits else { return .detached }
            if let state = try await drain() { return state }
        }
    }

    // MARK: Ending

    private func end(_ state: BackfillSummary.State) async throws(BackfillError) {
        var failures = 0
        while true {
            do throws(RedisError) {
                let fields = progress.rowsPerSecond.map { [(name: "rate", value: "\($0)")] } ?? []
                _ = try await writer.recover()
                if state == .finished {
                    _ = try await writer.finish(fields: fields)
                } else {
                    try await writer.leave(fields: fields)
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
            let outcome = try? await writer.beat()
            if case .superseded(let owner)? = outcome, !Task.isCancelled { failure = Self.superseded(by: owner) }
        }
    }

    static func superseded(by owner: RunOwner?) -> BackfillError {
        let who = owner.map { "by \($0)" } ?? "or removed"
        return BackfillError(.superseded, "the run was taken over \(who): this process adds nothing more")
    }

    // MARK: Telling

    func update() {
        progress.checkpoint = checkpoint
        progress.tally = gauges.tally ?? progress.tally
        progress.lag = gauges.figures.lag
        progress.tokens = gauges.tokens
        progress.dollars = gauges.dollars
        meter.note(progress.finished)
        progress.rowsPerSecond = meter.perSecond
    }
}
