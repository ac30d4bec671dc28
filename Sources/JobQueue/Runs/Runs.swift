package import Reactor
package import RedisClient

/// Runs: many jobs that one producer pours into a collection, counted together, that can be stopped and taken up again.
@Reactor
package struct Runs {
    /// After which an owner that does not show that it lives counts as dead.
    package nonisolated static let silence = Duration.seconds(10)
    /// That tally and failures are kept after a run was begun, taken up or finished.
    nonisolated static let lifetime = Duration.seconds(30 * 86_400)
    /// Failures kept of a run.
    package nonisolated static let maximumFailures = 10_000

    private let connection: RedisConnection
    private let keys: JobKeys
    private let startScript = RedisScript(StartRunScript.source)

    package init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// The last run into the collection; nil where there was none.
    package func state(of collection: String) async throws(RedisError) -> RunState? {
        let reply = try await connection.execute(RedisCommand("HGETALL", keys.backfill(collection)))
        return try RunState(collection: collection, reply)
    }

    /// Begins a run. Safe to call again with the same run and owner where the answer was lost.
    ///
    /// - Parameters:
    ///   - run: its id, at most 128 bytes; unique.
    ///   - fields: the caller's own, at most some hundred; see `RunState.fields`.
    ///   - replacing: whether a run that was not finished is given up for it.
    package func start(
        _ run: String,
        into collection: String,
        owner: RunOwner,
        fields: [(name: String, value: String)] = [],
        replacing: Bool = false
    ) async throws(RunError) -> RunState {
        try await begin(run, collection, owner, replacing ? "restart" : "start", fields)
    }

    /// Takes up a run that was not finished, where its process has left it or died.
    ///
    /// - Parameter state: as it was read; somebody else may have begun another meanwhile.
    package func resume(
        _ state: RunState,
        owner: RunOwner,
        fields: [(name: String, value: String)] = []
    ) async throws(RunError) -> RunState {
        try await begin(state.run, state.collection, owner, "resume", fields)
    }

    /// Nil where the run has none, or none any more.
    package func tally(of run: String) async throws(RedisError) -> RunTally? {
        var command = RedisCommand()
        RunTally.appendRead(keys.tally(run), to: &command)
        return try RunTally(try await connection.execute(command))
    }

    private func begin(
        _ run: String,
        _ collection: String,
        _ owner: RunOwner,
        _ verb: StaticString,
        _ fields: [(name: String, value: String)]
    ) async throws(RunError) -> RunState {
        precondition((1...JobLimits.maximumRunBytes).contains(run.utf8.count), "no id of a run: \(run)")
        var arguments = RedisArguments()
        arguments.append(keys.backfill(collection))
        arguments.append(keys.tally(run))
        arguments.append(keys.failures(run))
        arguments.append(run)
        arguments.append(owner.text)
        arguments.append(verb)
        arguments.append(Int(Self.silence / .milliseconds(1)))
        arguments.append(Int(Self.lifetime / .seconds(1)))
        for (name, value) in fields {
            arguments.append(name)
            arguments.append(value)
        }
        let outcome: Result<RunState, RunError>
        do throws(RedisError) {
            var cursor = try await startScript.run(on: connection, keyCount: 3, arguments).cursor
            outcome = try Self.outcome(&cursor, collection)
        } catch {
            throw .redis(error)
        }
        return try outcome.get()
    }

    private static func outcome(
        _ cursor: inout RedisReplyCursor,
        _ collection: String
    ) throws(RedisError) -> Result<RunState, RunError> {
        _ = try cursor.array()
        let verdict = try cursor.scalarText()
        if verdict == "owned" {
            guard let owner = RunOwner(try cursor.scalarText() ?? "") else {
                throw RedisError(.unexpectedReply, "a run whose owner has no name")
            }
            return .failure(.owned(by: owner, seenBefore: .milliseconds(try cursor.integer())))
        }
        let state = try RunState(collection: collection, &cursor)
        switch (verdict, state) {
        case ("started", let state?): return .success(state)
        case ("unfinished", let state?): return .failure(.unfinished(state))
        case ("nothing", _): return .failure(.nothingToResume(state))
        default: throw RedisError(.unexpectedReply, "the state of a run that cannot be read")
        }
    }
}
