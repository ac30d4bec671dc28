import Logging
import Reactor
import RedisClient
import RedisServerFixture
import Testing

/// A connection of a test's own; it closes when the test lets go of it.
@Reactor
func connect(to server: RedisServer, _ configure: (inout RedisConfiguration) -> Void = { _ in }) -> RedisConnection {
    connect(port: server.port, configure)
}

@Reactor
func connect(port: UInt16, _ configure: (inout RedisConfiguration) -> Void = { _ in }) -> RedisConnection {
    var configuration = RedisConfiguration()
    configuration.endpoint = .tcp(host: "127.0.0.1", port: port)
    configure(&configuration)
    return RedisConnection(configuration: configuration, logger: Logger(label: "test"))
}

/// The error that the operation ends with; none where it succeeds.
@Reactor
func failure<Value>(_ operation: @Reactor () async throws(RedisError) -> Value) async -> RedisError? {
    do throws(RedisError) {
        _ = try await operation()
        return nil
    } catch {
        return error
    }
}

/// The error of a PING that is of the kind looked for, or the last error: a connection that had too little time for its
/// first attempt, on a busy machine, gives another.
@Reactor
func failureOfPing(
    on connection: RedisConnection,
    until isLookedFor: @Reactor (RedisError) -> Bool
) async -> RedisError? {
    var last: RedisError?
    for _ in 0..<50 {
        last = await failure { () throws(RedisError) in try await connection.execute(RedisCommand("PING")) }
        guard let last, !isLookedFor(last) else { break }
    }
    return last
}

/// Whether the condition came true within a time that is long for this machine.
@Reactor
func eventually(_ condition: @Reactor () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<1_000 {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return try await condition()
}

/// The operation again and again until it succeeds, as an impatient caller does it: only the client spaces its attempts.
/// Returns the failures before; nil when the time was over.
@Reactor
func failuresUntilSuccess(
    within time: Duration,
    _ operation: @Reactor () async throws(RedisError) -> Void
) async -> [RedisError]? {
    let deadline = ContinuousClock.now + time
    var failures: [RedisError] = []
    while ContinuousClock.now < deadline {
        guard let error = await failure(operation) else { return failures }
        failures.append(error)
        try? await Task.sleep(for: .milliseconds(1))
    }
    return nil
}

extension RedisConnection {
    /// One figure of `INFO`.
    @Reactor
    func figure(_ name: String) async throws -> Int? {
        let lines = (try await string("INFO") ?? "").split(whereSeparator: \.isNewline)
        return lines.first { $0.hasPrefix("\(name):") }.flatMap { Int($0.dropFirst(name.utf8.count + 1)) }
    }
}

extension RedisReply {
    var string: String? { text.map { String(decoding: $0, as: UTF8.self) } }
}
