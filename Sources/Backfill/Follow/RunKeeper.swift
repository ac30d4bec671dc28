package import JobQueue
package import Reactor
package import RedisClient

/// Keeps a run for as long as a process follows: begins it or takes it up, adds its pages, shows that its owner lives, and
/// begins it again where Redis has lost it.
@Reactor
package final class RunKeeper {
    package enum Outcome: Sendable {
        case added
        case wait(WaitReason)
        /// Redis knows less than it did: nothing was added, and what follows on this state is to be read again.
        case lost(RunState)
        case taken(by: RunOwner?)
    }

    /// The counts are kept for so long that this is often enough.
    private static let renewalInterval = Duration.seconds(86_400)
    /// Between two looks at an owner that may be dead.
    private static let lookInterval = Duration.seconds(1)

    private let collection: String
    private let run: String
    private let connection: RedisConnection
    private let keys: JobKeys
    private let limits: LaneLimits
    private let beatInterval: Duration
    private let owner = RunOwner.current()
    private let runs: Runs
    private var writer: RunWriter?
    private var isAdding = false
    /// Whether a page may have got in, or may still, whose `add` threw.
    private var isInDoubt = false
    private var beat: Task<Void, Never>?
    private var renewed = ContinuousClock.now
    private var state: RunState?
    /// That were written last.
    private var fields: [(name: String, value: String)] = []
    /// What a beat has found out.
    private var found: RunWriter.Outcome?
    /// When Redis was last known to have all that was added.
    package private(set) var verified: ContinuousClock.Instant?

    /// - Parameters:
    ///   - connection: of its own: see `RunWriter`.
    ///   - beatInterval: well below `Runs.silence`.
    package init(
        run: String,
        into collection: String,
        connection: RedisConnection,
        keys: JobKeys,
        limits: LaneLimits,
        beatInterval: Duration = .seconds(2)
    ) {
        self.run = run
        self.collection = collection
        self.connection = connection
        self.keys = keys
        self.limits = limits
        self.beatInterval = beatInterval
        runs = Runs(connection: connection, keys: keys)
    }

    // MARK: Beginning

    /// Begins the run, or takes it up where there is one. An owner that has died holds it for a while: it is looked whether
    /// there is any sign of life.
    ///
    /// - Parameter fields: of a run that was not there before.
    /// - Throws: `owned` where another process follows.
    package func begin(fields: [(name: String, value: String)] = []) async throws(BackfillError) -> RunState {
        self.fields = fields
        var age: Duration?
        while true {
            do throws(RunError) {
                return try await take()
            } catch {
                guard case .owned(let owner, let seenBefore) = error else { throw BackfillError(error, collection) }
                if let age, seenBefore < age {
                    throw BackfillError(
                        .owned,
                        "\(owner) follows into \(collection) already: a second one would do everything twice"
                    )
                }
                age = seenBefore
            }
            do {
                try await Task.sleep(for: Self.lookInterval)
            } catch {
                throw BackfillError(.owned, "stopped while another process was waited for")
            }
        }
    }

    private func take() async throws(RunError) -> RunState {
        do throws(RunError) {
            return keep(try await runs.start(run, into: collection, owner: owner, fields: fields))
        } catch {
            guard case .unfinished(let state) = error else { throw error }
            return keep(try await runs.resume(state, owner: owner))
        }
    }

    private func keep(_ state: RunState) -> RunState {
        self.state = state
        fields = state.fields.map { (name: $0.key, value: $0.value) }
        renewed = .now
        writer = RunWriter(connection: connection, keys: keys, limits: limits, state: state, owner: owner)
        return state
    }

    // MARK: Adding

    /// - Parameter fields: all of the caller's: where the state is lost, the last ones are written anew.
    package func add(
        _ page: FollowPage,
        fields: [(name: String, value: String)]
    ) async throws(RedisError) -> Outcome {
        isAdding = true
        defer { isAdding = false }
        await beat?.value
        guard let writer else { preconditionFailure("a page is added to a run that was not begun") }
        let began = ContinuousClock.now
        let outcome: RunWriter.Outcome
        if let found {
            outcome = found
        } else {
            isInDoubt = true
            outcome = try await writer.add(page.jobs, failures: page.failures, fields: fields)
            isInDoubt = false
        }
        switch outcome {
        case .added:
            verified = began
            self.fields = fields
            return .added
        case .full(let full): return .wait(.laneFull(jobs: full.length, bound: full.bound))
        case .paused: return .wait(.lanePaused)
        case .rolledBack(let state):
            found = nil
            verified = nil
            return .lost(state)
        case .superseded(nil):
            let state = try await beginAgain()
            found = nil
            return state.map { .lost($0) } ?? .taken(by: nil)
        case .superseded(let owner): return .taken(by: owner)
        }
    }

    /// What a beat has found to be lost, if anything.
    package func loss() async throws(RedisError) -> Outcome? {
        guard found != nil else { return nil }
        return try await add(FollowPage(keys: keys), fields: [])
    }

    /// Redis has nothing of the run any more.
    private func beginAgain() async throws(RedisError) -> RunState? {
        verified = nil
        do throws(RunError) {
            return try await take()
        } catch {
            if case .redis(let error) = error { throw error }
            return nil
        }
    }

    /// Another process may follow at once.
    package func leave() async {
        isAdding = true
        await beat?.value
        try? await writer?.leave()
    }

    // MARK: Beats

    /// Until it is cancelled.
    ///
    /// - Parameter tell: called when something is found to be wrong.
    package func keepBeating(_ tell: () -> Void) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: beatInterval)
            guard !Task.isCancelled, !isAdding, found == nil, let writer else { continue }
            let task = Task { await self.beat(writer) }
            beat = task
            await task.value
            beat = nil
            if found != nil { tell() }
        }
    }

    private func beat(_ writer: RunWriter) async {
        let began = ContinuousClock.now
        do throws(RedisError) {
            // What became of a page is for those to hear who are going to add it again.
            if isInDoubt {
                found = try await writer.beat()
            } else {
                found = try await writer.recover()
                if found == nil { verified = began }
            }
            if found != nil { return }
        } catch {
            return
        }
        guard let state, renewed.duration(to: .now) >= Self.renewalInterval else { return }
        if (try? await runs.resume(state, owner: owner)) != nil { renewed = .now }
    }
}

extension BackfillError {
    init(_ error: RunError, _ collection: String) {
        switch error {
        case .redis(let error): self.init(error)
        case .owned: self.init(.owned, "\(error)")
        case .unfinished: self.init(.unfinished, "\(error)")
        case .nothingToResume: self.init(.nothingToResume, "\(error)")
        }
    }
}
