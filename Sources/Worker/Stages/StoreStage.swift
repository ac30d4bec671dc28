internal import JobQueue
internal import Logging
internal import Memory
internal import Reactor
internal import VectorStore

/// Writes to the vector store and queries it, and finds out which jobs a call fails for.
///
/// That the store is well is known by calls of jobs alone: it has no write that does no harm. While nothing else waits for
/// a collection, a job that always fails looks like an outage, and waits like in one.
@Reactor
final class StoreStage {
    /// A job is charged that failed alone so often while others succeeded before each time: once might be the beginning of
    /// an outage.
    static let failuresAlone = 2

    typealias Bisection = Worker.Bisection<WorkItem, VectorStoreError>

    private let calls: StoreCalls
    private let tracing: JobTracing?
    let maker: CollectionMaker
    let health: ServiceHealth
    let pool: CallPool
    weak var delegate: (any StageDelegate)?
    var queue: StoreQueue
    private var bounds: WriteBounds
    private var writesInFlight = 0

    init(
        store: any VectorStore,
        provision: @escaping CollectionMaker.Provision,
        configuration: WorkerConfiguration,
        metrics: StoreMetrics,
        tracing: JobTracing? = nil,
        logger: Logger,
        delegate: any StageDelegate
    ) {
        self.delegate = delegate
        self.tracing = tracing
        calls = StoreCalls(store: MeasuredStore(store: store, metrics: metrics), delegate: delegate)
        maker = CollectionMaker(provision: provision, logger: logger)
        queue = StoreQueue(queryBatch: configuration.queryBatch, upsertPoints: configuration.upsertPoints)
        bounds = WriteBounds(
            concurrency: configuration.storeConcurrency,
            upsertPoints: configuration.upsertPoints
        )
        pool = CallPool(concurrency: configuration.storeConcurrency)
        let outage = OutageLog(logger: logger, failureEvent: "qdrant_unavailable", recoveryEvent: "qdrant_recovered")
        health = ServiceHealth(backoff: configuration.backoff, outage: outage, pool: pool)
    }

    /// Why something does not go out, nil while all is well.
    var problem: String? { health.problem }
    var circuit: ServiceHealth.Report { health.report }

    func submit(_ item: WorkItem) {
        if case .search = item.action { bounds.searchCame(at: .now) }
        queue.add(item)
        pool.wakeOne()
    }

    /// Lets go of the items that are settled: in a long outage they would gather.
    func discardSettled() { queue.discardSettled() }

    /// Runs the pool until it is cancelled.
    func run() async {
        await pool.run(take: take, carryOut: carryOut)
    }

    // MARK: What goes out

    struct Call {
        let target: CallTarget
        let items: [WorkItem]
        let permit: Circuit.Permit
    }

    private func take() -> Call? {
        let now = ContinuousClock.now
        let takesWrites = writesInFlight < bounds.calls(at: now)
        queue.limitUpserts(to: bounds.points(at: now))
        while let next = queue.next(admission: { target in
            target.kind.isWrite && !takesWrites ? .nothing : health.admission(target)
        }) {
            let items = stillWanted(next.items)
            guard !items.isEmpty else { continue }
            guard let permit = health.begin(next.target) else {
                queue.putBack(items, to: next.target)
                return nil
            }
            return Call(target: next.target, items: items, permit: permit)
        }
        return nil
    }

    /// Drops the items that are settled, and answers those whose deadline passed while they waited.
    private func stillWanted(_ items: [WorkItem]) -> [WorkItem] {
        let now = WallClock.milliseconds
        for item in items where !item.isSettled && item.isExpired(at: now) { delegate?.expired(item) }
        return items.filter { !$0.isSettled && !$0.isExpired(at: now) }
    }

    /// Makes the call; halves it where it is refused or fails on its own account.
    private func carryOut(_ call: Call) async {
        let began = ContinuousClock.now
        if call.target.kind.isWrite { writesInFlight += 1 }
        defer { if call.target.kind.isWrite { writeEnded(call.items.count, began: began) } }
        var bisection = Bisection(call.items)
        while let part = bisection.next() {
            if call.target.kind.isWrite { await calls.confirmLease() }
            guard health.isCurrent(call.permit, call.target) else {
                bisection.retry(part)
                return putBack([], bisection, call.target)
            }
            let items = stillWanted(part)
            guard !items.isEmpty else { continue }
            if let error = await send(items, call) {
                guard await goesOn(after: error, items, &bisection, call) else { return }
            } else {
                bisection.succeeded()
            }
        }
        convict(bisection.culprits, call)
        // Where all of it was dropped, the permit was not used.
        health.abandoned(call.permit, call.target)
    }

    private func writeEnded(_ points: Int, began: ContinuousClock.Instant) {
        writesInFlight -= 1
        let now = ContinuousClock.now
        if let next = bounds.wrote(points, for: now - began, at: now) { pool.wakeOne(at: next) }
    }

    /// Nil where it succeeded.
    private func send(_ items: [WorkItem], _ call: Call) async -> VectorStoreError? {
        let began = ContinuousClock.now
        let span = tracing?.storeCall(call.target, items)
        do throws(VectorStoreError) {
            let outcome = try await calls.make(call.target, items)
            span?.succeeded()
            maker.isThere(call.target.collection)
            if call.target.kind == .query { bounds.queried(for: .now - began, at: .now) }
            if outcome.didItsWork {
                health.succeeded(call.permit, call.target, began: began)
            } else {
                health.answered(call.permit, call.target)
            }
            outcome.answer()
            return nil
        } catch {
            span?.failed("\(error.code)")
            return error
        }
    }
}
