import Backfill
import JobQueue
import PostgresClient
import Reactor
import RedisClient
import Settings
import UnixSignals

/// One backfill from its plan to its summary: what the command asks for, told and asked at the right moments.
@Reactor
struct BackfillDesk {
    struct Options {
        var isJSON = false
        /// Whether nobody is asked.
        var isAgreed = false
        /// Rows a second.
        var rate: Double?
        /// Whether what the workers make of the rows is not waited for.
        var isDetached = false
    }

    let composition: Composition
    let options: Options
    let source: Source
    let database: PostgresConnection
    let redis: RedisConnection
    private let owner = RunOwner.current()

    init(
        composition: Composition,
        options: Options,
        source: Source,
        database: PostgresConnection,
        redis: RedisConnection
    ) {
        self.composition = composition
        self.options = options
        self.source = source
        self.database = database
        self.redis = redis
    }

    var runs: Runs { Runs(connection: redis, keys: composition.keys) }

    // MARK: The three ways to run

    /// From the first of the rows.
    ///
    /// - Returns: nil where nothing was done, because that was wished.
    func start(
        _ selection: RowSelection,
        isDryRun: Bool,
        replacing: Bool
    ) async throws(CommandFailure) -> BackfillSummary? {
        let last = try await lastRun()
        if !isDryRun {
            try await refuseOwned(last)
            if !replacing { try refuseUnfinished(last) }
        }
        let plan = try await plan(selection, last)
        tell(plan, isDryRun)
        if isDryRun { return nil }
        guard try isWanted() else { return nil }
        let order = RunOrder(source: source, selection: selection, estimate: BackfillEstimate(plan))
        let checkpoint = Checkpoint(leavingOut: plan.nullKeys)
        let state = try await begin(order, checkpoint, replacing: replacing || Self.isPoured(last))
        return try await pour(state, order)
    }

    /// The rows of the last run that failed.
    func retry() async throws(CommandFailure) -> BackfillSummary? {
        let last = try await lastRun()
        try await refuseOwned(last)
        try refuseUnfinished(last)
        guard let last else { throw CommandFailure(.usage, "there was no backfill of \(source.collection)") }
        let failed = try await failedRows(of: last.run)
        guard !failed.keys.isEmpty else {
            if !options.isJSON { Output.line("no row is there to be read again") }
            return nil
        }
        if !options.isJSON { Output.line("\(Figures.count(failed.keys.count)) rows are read again") }
        guard try isWanted() else { return nil }
        let order = RunOrder(source: source, retrying: last.run, rows: failed.keys.count)
        let state = try await begin(order, Checkpoint(), replacing: Self.isPoured(last))
        return try await pour(state, order)
    }

    private func begin(
        _ order: RunOrder,
        _ checkpoint: Checkpoint,
        replacing: Bool
    ) async throws(CommandFailure) -> RunState {
        let ledger = try await ledger()
        return try await asking { () async throws(RunError) in
            try await runs.start(
                RunOrder.newRun(source.collection),
                into: source.collection,
                owner: owner,
                fields: order.fields + ledger.fields + checkpoint.fields,
                replacing: replacing
            )
        }
    }

    /// Where the last run was stopped.
    func resume() async throws(CommandFailure) -> BackfillSummary? {
        guard let last = try await lastRun(), !last.isFinished else {
            throw CommandFailure(
                .usage,
                "no backfill of \(source.collection) was left unfinished: there is nothing to resume"
            )
        }
        try await refuseOwned(last)
        let order = RunOrder(collection: source.collection, last.fields)
        guard order.mapping == source.fingerprint else {
            throw CommandFailure(
                BackfillError(
                    .changed,
                    "collections.\(source.collection) or its columns are not what they were when the run \(last.run) "
                        + "began, and its rows would not be made alike: begin anew with --restart, which doubles nothing"
                )
            )
        }
        let checkpoint = Checkpoint(last.fields)
        if !options.isJSON {
            Output.line(
                "Run \(last.run) of \(source.collection) was stopped after \(Figures.count(checkpoint.read)) of "
                    + "\(order.estimate.rows.map(Figures.count) ?? "?") rows."
            )
        }
        guard try isWanted() else { return nil }
        let state = try await asking { () async throws(RunError) in try await runs.resume(last, owner: owner) }
        return try await pour(state, order)
    }

    // MARK: Before it begins

    private func lastRun() async throws(CommandFailure) -> RunState? {
        do throws(RedisError) {
            return try await runs.state(of: source.collection)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Before anything is counted and asked. The start of a run looks again, in one step with what it does.
    private func refuseOwned(_ last: RunState?) async throws(CommandFailure) {
        guard let last, !last.isFinished, let owner = last.owner else { return }
        let now: Int
        do throws(RedisError) {
            now = try await redis.timeInMilliseconds()
        } catch {
            throw CommandFailure(error)
        }
        let age = Duration.milliseconds(now - last.seenAt)
        guard age < Runs.silence else { return }
        throw CommandFailure(BackfillError(.owned, "\(RunError.owned(by: owner, seenBefore: age))"))
    }

    /// Whether all of its rows are on the lane: nothing of it is lost where another run takes its place, be it that its
    /// end was not waited for.
    private static func isPoured(_ last: RunState?) -> Bool {
        last.map { Checkpoint($0.fields).isComplete } ?? false
    }

    private func refuseUnfinished(_ last: RunState?) throws(CommandFailure) {
        guard let last, !last.isFinished, !Self.isPoured(last) else { return }
        let checkpoint = Checkpoint(last.fields)
        throw CommandFailure(
            BackfillError(
                .unfinished,
                "the run \(last.run) of \(source.collection) was not finished: it has read "
                    + "\(Figures.count(checkpoint.read)) rows. --resume goes on with it, --restart gives it up"
            )
        )
    }

    private func plan(_ selection: RowSelection, _ last: RunState?) async throws(CommandFailure) -> BackfillPlan {
        var pace = Pace()
        pace.rowsPerSecond = options.rate
        pace.lastRowsPerSecond = last?.fields["rate"].flatMap { Double($0) }
        let limit = composition.settings.embeddings.tokensPerMinute
        pace.tokensPerMinute = limit > 0 ? limit : nil
        let planner = BackfillPlanner(
            database: database,
            source: source,
            rowLimits: composition.rowLimits,
            sampleRows: composition.settings.backfill.sampleRows,
            pricePerMillionTokens: Double(composition.spendingLimits.pricePerMillionTokens) / 1e9
        )
        do throws(BackfillError) {
            return try await planner.plan(selection, pace: pace)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func ledger() async throws(CommandFailure) -> LedgerMark {
        do throws(RedisError) {
            return try await LedgerMark.now(of: source.collection, connection: redis, keys: composition.keys)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func isWanted() throws(CommandFailure) -> Bool {
        options.isAgreed ? true : try Confirmation.ask("Proceed with backfill")
    }

    private func tell(_ plan: BackfillPlan, _ isDryRun: Bool) {
        Output.line(
            options.isJSON
                ? BackfillJSON.plan(plan, source: source.name, isDryRun: isDryRun)
                : BackfillPlanText(plan: plan, source: source.name).text
        )
    }

    private func failedRows(of run: String) async throws(CommandFailure) -> FailedRows {
        do throws(RedisError) {
            return try await FailedRows.read(of: run, connection: redis, keys: composition.keys)
        } catch {
            throw CommandFailure(error)
        }
    }

    // MARK: Running

    private func pour(_ state: RunState, _ order: RunOrder) async throws(CommandFailure) -> BackfillSummary {
        let connection = composition.redisConnection()
        defer { connection.close() }
        let pages = try await pages(of: order, state.run)
        let writer = RunWriter(
            connection: connection,
            keys: composition.keys,
            limits: composition.laneLimits,
            state: state,
            owner: owner
        )
        let gauges = BackfillGauges(
            connection: redis,
            keys: composition.keys,
            state: state,
            maximumRedisBytes: composition.settings.cache.maximumRedisBytes
        )
        var configuration = BackfillRun.Configuration()
        configuration.throttle = composition.throttleLimits(rate: options.rate)
        configuration.waits = !options.isDetached
        let observer = BackfillObserver(isJSON: options.isJSON)
        let run = BackfillRun(
            pages: pages,
            writer: writer,
            gauges: gauges,
            state: state,
            selection: order.selection,
            planned: order.estimate.rows ?? 0,
            configuration: configuration,
            tell: observer.take
        )
        let summary = try await finish(run, observer)
        Output.line(
            options.isJSON
                ? BackfillJSON.summary(summary, order.estimate)
                : BackfillSummaryText(summary: summary, estimate: order.estimate).text
        )
        return summary
    }

    private func pages(of order: RunOrder, _ run: String) async throws(CommandFailure) -> any PageSource {
        let reader = PageReader(
            database: database,
            source: source,
            selection: order.selection,
            keys: composition.keys,
            run: run,
            limits: composition.pageLimits,
            rowLimits: composition.rowLimits
        )
        guard let retried = order.retried else { return reader }
        return RetryReader(reader: reader, keys: try await failedRows(of: retried).keys)
    }

    /// A signal stops the run after what is under way.
    private func finish(
        _ run: BackfillRun,
        _ observer: BackfillObserver
    ) async throws(CommandFailure) -> BackfillSummary {
        let signals = Task { @Reactor in
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                run.stop()
            }
        }
        defer {
            signals.cancel()
            observer.clear()
        }
        do throws(BackfillError) {
            return try await run.run()
        } catch {
            throw CommandFailure(error)
        }
    }

    private func asking<Answer: Sendable>(
        _ body: () async throws(RunError) -> Answer
    ) async throws(CommandFailure) -> Answer {
        do throws(RunError) {
            return try await body()
        } catch {
            switch error {
            case .redis(let error): throw CommandFailure(error)
            case .owned: throw CommandFailure(BackfillError(.owned, "\(error)"))
            case .unfinished: throw CommandFailure(BackfillError(.unfinished, "\(error)"))
            case .nothingToResume: throw CommandFailure(BackfillError(.nothingToResume, "\(error)"))
            }
        }
    }
}
