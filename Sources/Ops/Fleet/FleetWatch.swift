internal import Glibc
package import Memory
package import Reactor
internal import Synchronization

/// Reads the figures of the whole system while somebody asks for them, once for all who do.
///
/// Whoever asks gets what was read last, from memory; only where that is too old is the next read waited for, which a time
/// limit ends. A scrape waits for nothing.
@Reactor
package final class FleetWatch {
    /// All figures but those of the collections.
    package typealias Read = @Reactor @Sendable () async throws(OpsError) -> SystemStatistics
    /// Those of the collections, which come from the vector store.
    package typealias Census = @Sendable () async -> [CollectionStatistics]

    /// Between two questions to the vector store, which counts points one by one.
    private static let censusInterval = Duration.seconds(10)
    /// After which figures of the collections are too old to be shown beside fresh ones.
    private static let censusLifetime = Duration.seconds(30)

    /// What was read last, and why the read after it failed.
    struct Latest: Sendable {
        var snapshot: FleetSnapshot?
        var problem: OpsError?
    }

    private let read: Read
    private let takeCensus: Census
    private let interest = FleetInterest()
    private let state = Mutex(Latest())
    private let listeners: EventListeners
    private let version: String

    private var collections: (figures: [CollectionStatistics], takenAt: ContinuousClock.Instant)?
    private var census: Task<Void, Never>?
    private var pause: Task<Void, Never>?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isEnded = false

    nonisolated init(read: @escaping Read, census: @escaping Census, listeners: EventListeners, version: String) {
        self.read = read
        takeCensus = census
        self.listeners = listeners
        self.version = version
    }

    nonisolated var latest: Latest { state.withLock { $0 } }

    /// Says that figures are asked for: until some time after the last call they are kept fresh.
    nonisolated func want(_ pace: FleetInterest.Pace) {
        if interest.want(pace) { Task { @Reactor in self.wake() } }
    }

    /// Figures of at most that age, read now where there are none.
    nonisolated func snapshot(notOlderThan age: Duration) async throws(OpsError) -> FleetSnapshot {
        want(.close)
        if let snapshot = latest.snapshot, snapshot.isWhole, snapshot.readAt.duration(to: .now) <= age {
            return snapshot
        }
        await nextRead()
        // It may have been under way already, for a scraper.
        if latest.problem == nil && latest.snapshot?.isWhole != true { await nextRead() }
        let latest = latest
        if let problem = latest.problem { throw problem }
        guard let snapshot = latest.snapshot else { throw OpsError(503, "stopping", "this worker stops") }
        return snapshot
    }

    /// Runs until it is cancelled.
    func run() async {
        // Once at the beginning, so that the first scrape finds figures.
        _ = interest.want(.loose)
        while !Task.isCancelled {
            if interest.interval() != nil { await readOnce() }
            await rest(for: interest.interval())
        }
        isEnded = true
        census?.cancel()
        resumeWaiting()
    }

    private func readOnce() async {
        // Scrapers are told nothing of the collections, and counting points is work for the store.
        let isWhole = interest.isClose()
        if isWhole { await refreshCollections() }
        let result: Result<SystemStatistics, OpsError>
        do throws(OpsError) {
            result = .success(try await read())
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success(var statistics):
            statistics.collections = collections?.figures ?? []
            let complete = statistics
            // Of a fleet of a thousand workers it is a megabyte.
            let json = await Reactor.offload(bytes: .max) { complete.json() }
            var snapshot = FleetSnapshot(statistics: complete, json: json, time: Self.milliseconds, readAt: .now)
            snapshot.isWhole = isWhole
            state.withLock { [snapshot] in $0 = Latest(snapshot: snapshot) }
            if isWhole && listeners.count > 0 { listeners.publish(FleetEvent.figures(snapshot, version: version)) }
        case .failure(let error):
            state.withLock { $0.problem = error }
            if listeners.count > 0 { listeners.publish(FleetEvent.problem(error, time: Self.milliseconds)) }
        }
        resumeWaiting()
    }

    /// Waits for the store only where there is nothing to show of it.
    private func refreshCollections() async {
        let age = collections.map { $0.takenAt.duration(to: .now) }
        if census == nil && (age.map { $0 >= Self.censusInterval } ?? true) {
            census = Task {
                let figures = await takeCensus()
                collections = (figures, .now)
                census = nil
            }
        }
        if age.map({ $0 >= Self.censusLifetime }) ?? true { await census?.value }
    }

    private func nextRead() async {
        guard !isEnded else { return }
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            wake()
        }
    }

    private func resumeWaiting() {
        let all = waiting
        waiting = []
        for continuation in all { continuation.resume() }
    }

    /// - Parameter duration: nil for until somebody asks.
    private func rest(for duration: Duration?) async {
        guard waiting.isEmpty, !Task.isCancelled else { return }
        if duration == nil && interest.interval() != nil { return }
        let pause = Task { _ = try? await Task.sleep(for: duration ?? .seconds(86_400)) }
        self.pause = pause
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
        self.pause = nil
    }

    private func wake() {
        pause?.cancel()
    }

    private static var milliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
    }
}
