package import Reactor
package import RedisClient

/// Pauses and resumes lanes, fleet-wide and until somebody resumes them: workers read nothing more from a paused lane and
/// finish what they hold of it; producers go on.
@Reactor
package struct LaneControl {
    private let connection: RedisConnection
    private let keys: JobKeys
    private let script = RedisScript(PauseScript.source)

    package init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// - Returns: all lanes that are paused now, with the time in ms since 1970 since when.
    package func pause(_ lanes: [Lane]) async throws(RedisError) -> [Lane: Int] {
        try await run("pause", lanes)
    }

    /// - Returns: all lanes that are still paused, with the time in ms since 1970 since when.
    package func resume(_ lanes: [Lane]) async throws(RedisError) -> [Lane: Int] {
        try await run("resume", lanes)
    }

    /// The lanes that are paused, with the time in ms since 1970 since when.
    package func paused() async throws(RedisError) -> [Lane: Int] {
        try await LaneTable.read(keys.paused, on: connection)
    }

    private func run(_ verb: StaticString, _ lanes: [Lane]) async throws(RedisError) -> [Lane: Int] {
        var arguments = RedisArguments()
        arguments.append(keys.paused)
        arguments.append(keys.control)
        arguments.append(verb)
        for lane in lanes { arguments.append(lane.rawValue) }
        return try LaneTable.read(try await script.run(on: connection, keyCount: 2, arguments))
    }
}
