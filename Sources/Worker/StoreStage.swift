internal import JobQueue
internal import Logging
internal import Memory
internal import Reactor
internal import VectorStore

/// A pool of tasks, one for each call that may be out at once, that write to and query the vector store.
@Reactor
final class StoreStage {
    /// Makes a collection that the store lacks.
    typealias Provision = @Sendable (_ collection: String) async throws(VectorStoreError) -> Void

    private let store: any VectorStore
    private let provision: Provision
    private let concurrency: Int
    private let outage: OutageLog
    private let logger: Logger
    private weak var delegate: (any StageDelegate)?

    private var queue: StoreQueue
    private var gate: ServiceGate
    private let faults: CollectionFaults
    private let idle = IdleWorkers()

    init(
        store: any VectorStore,
        provision: @escaping Provision,
        configuration: WorkerConfiguration,
        logger: Logger,
        delegate: any StageDelegate
    ) {
        self.store = store
        self.provision = provision
        self.delegate = delegate
        self.logger = logger
        concurrency = configuration.storeConcurrency
        queue = StoreQueue(queryBatch: configuration.queryBatch, upsertPoints: configuration.upsertPoints)
        gate = ServiceGate(backoff: configuration.backoff)
        faults = CollectionFaults(backoff: configuration.backoff, logger: logger)
        outage = OutageLog(logger: logger, failureEvent: "qdrant_unavailable", recoveryEvent: "qdrant_recovered")
    }

    /// Why nothing goes out, nil while all is well.
    var problem: String? { outage.current ?? faults.problem }

    func submit(_ item: WorkItem) {
        queue.add(item)
        idle.wakeOne()
    }

    /// Lets go of the items that are settled: in a long outage they would gather.
    func discardSettled() {}

    /// Runs the pool until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<concurrency {
                group.addTask(executorPreference: Reactor.loop) { await self.work() }
            }
        }
    }

    private func work() async {
        while !Task.isCancelled {
            guard gate.begin(at: .now) else {
                await idle.wait()
                continue
            }
            guard let taken = queue.next(at: .now) else {
                gate.abandoned()
                await idle.wait()
                continue
            }
            let call = withoutExpired(taken)
            guard !call.items.isEmpty else {
                gate.abandoned()
                continue
            }
            idle.wakeOne()
            await carryOut(call)
        }
    }

    /// Answers the jobs whose deadline passed while they waited.
    private func withoutExpired(_ call: StoreQueue.Call) -> StoreQueue.Call {
        let now = WallClock.milliseconds
        let expired = call.items.filter { $0.isExpired(at: now) }
        for item in expired { delegate?.expired(item) }
        return call.removing(expired)
    }

    /// Makes the call; halves it where one of its parts is refused, until the culprit stands alone.
    private func carryOut(_ call: StoreQueue.Call) async {
        do throws(VectorStoreError) {
            switch call {
            case .query(let items, let collection): try await query(items, collection)
            case .upsert(let items, let collection): try await upsert(items, collection)
            case .forget(let item, let collection): try await forget(item, collection)
            }
        } catch {
            switch error.code {
            case .invalidRequest:
                serviceAnswered()
                await divide(call, error)
            case .cancelled:
                gate.abandoned()
                queue.putBack(call)
            case .noSuchCollection:
                await provideCollection(for: call, error)
            case .misconfigured:
                collectionFailed(call, error)
            default:
                serviceFailed(call, error)
            }
        }
    }

    /// The collection is declared, or the job would not be here: it is made, and the call is made again.
    private func provideCollection(for call: StoreQueue.Call, _ missing: VectorStoreError) async {
        guard faults.mayMake(call.collection) else { return collectionFailed(call, missing) }
        do throws(VectorStoreError) {
            try await provision(call.collection)
            faults.madeOne(call.collection)
            logger.notice("collection_created", metadata: ["collection": "\(call.collection)"])
            queue.putBack(call)
            serviceAnswered()
            idle.wakeOne()
        } catch {
            switch error.code {
            case .noSuchCollection, .misconfigured: collectionFailed(call, error)
            case .cancelled:
                gate.abandoned()
                queue.putBack(call)
            default: serviceFailed(call, error)
            }
        }
    }

    private func query(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) {
        var queries: [PointQuery] = []
        queries.reserveCapacity(items.count)
        for item in items {
            guard case .search(let filter) = item.action else { continue }
            queries.append(
                PointQuery(
                    vector: item.vector,
                    filter: filter.bytes,
                    limit: item.job.topK,
                    scoreThreshold: item.job.scoreThreshold
                )
            )
        }
        let results = try await store.query(queries, in: collection)
        serviceAnswered(for: collection)
        for (item, points) in zip(items, results) {
            let length = points.reduce(64) { $0 + $1.payload.count + $1.id.count + 64 }
            delegate?.succeeded(item, reservingCapacity: length) { output in
                ResultWriter.appendSearch(points, to: &output)
            }
        }
    }

    private func upsert(_ items: [WorkItem], _ collection: String) async throws(VectorStoreError) {
        var points: [Point] = []
        points.reserveCapacity(items.count)
        for item in items {
            guard case .save(let id, let payload) = item.action else { continue }
            points.append(Point(id: id, vector: item.vector, payload: payload))
        }
        try await store.upsert(points, into: collection)
        serviceAnswered(for: collection)
        for item in items {
            guard let id = item.pointID else { continue }
            delegate?.succeeded(item, reservingCapacity: 96) { output in
                ResultWriter.appendSave(id: id, deduped: false, to: &output)
            }
        }
    }

    private func forget(_ item: WorkItem, _ collection: String) async throws(VectorStoreError) {
        guard case .forget(let filter, _) = item.action else { return }
        let count = try await store.count(collection, matching: filter.bytes)
        if count > 0 { try await store.delete(matching: filter.bytes, from: collection) }
        serviceAnswered(for: collection)
        delegate?.succeeded(item, reservingCapacity: 32) { output in
            ResultWriter.appendForget(count: count, to: &output)
        }
    }

    private func divide(_ call: StoreQueue.Call, _ error: VectorStoreError) async {
        let items = call.items
        guard items.count > 1 else {
            for item in items { refuse(item, error) }
            return
        }
        for half in [items[..<(items.count / 2)], items[(items.count / 2)...]] {
            switch call {
            case .query(_, let collection): await carryOut(.query(Array(half), collection: collection))
            case .upsert(_, let collection): await carryOut(.upsert(Array(half), collection: collection))
            case .forget: break
            }
        }
    }

    private func refuse(_ item: WorkItem, _ error: VectorStoreError) {
        let field = item.job.filters == nil ? nil : "filters"
        let message = "the vector store refused it: \(error.message)"
        let jobError =
            if let field {
                JobError(InvalidJob(field, message))
            } else {
                JobError(code: "store_refused", message: message, isRetryable: false)
            }
        delegate?.failed(item, jobError)
    }

    private func serviceAnswered(for collection: String) {
        faults.succeeded(collection)
        serviceAnswered()
    }

    private func serviceAnswered() {
        guard gate.succeeded() else { return }
        outage.recovered()
        idle.wakeAll()
    }

    private func serviceFailed(_ call: StoreQueue.Call, _ error: VectorStoreError) {
        outage.failed(error.message, code: "\(error.code)", hint: Self.hint(error.code))
        queue.putBack(withoutExpired(call))
        let retryAt = gate.failed(at: .now, retryAfter: error.retryAfter)
        Reactor.loop.schedule(at: retryAt) { [idle] in idle.wakeOne() }
    }

    /// The store is there, the collection is not as it should be: its calls wait, others go on.
    private func collectionFailed(_ call: StoreQueue.Call, _ error: VectorStoreError) {
        serviceAnswered()
        let retryAt = faults.failed(call.collection, error, hint: Self.hint(error.code))
        queue.hold(call.collection, until: retryAt)
        queue.putBack(withoutExpired(call))
        Reactor.loop.schedule(at: retryAt) { [idle] in idle.wakeOne() }
        idle.wakeOne()
    }

    private static func hint(_ code: VectorStoreError.Code) -> String {
        switch code {
        case .invalidKey: "set QDRANT_API_KEY to the store's key; jobs wait meanwhile"
        case .misconfigured: "check QDRANT_URL and EMBEDDING_DIMENSIONS; jobs wait meanwhile"
        case .noSuchCollection: "run memoir bootstrap, which creates the collections; jobs wait meanwhile"
        default: "check that Qdrant at QDRANT_URL answers; tried again by itself"
        }
    }
}

extension StoreQueue.Call {
    fileprivate func removing(_ removed: [WorkItem]) -> Self {
        guard !removed.isEmpty else { return self }
        let kept = items.filter { item in !removed.contains { $0 === item } }
        return switch self {
        case .query(_, let collection): .query(kept, collection: collection)
        case .upsert(_, let collection), .forget(_, let collection): .upsert(kept, collection: collection)
        }
    }
}
