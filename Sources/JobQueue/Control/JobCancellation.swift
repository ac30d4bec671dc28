package import Reactor
package import RedisClient

/// Cancels jobs wherever they are: queued, delayed or in flight. A worker answers each with the code `cancelled`.
@Reactor
package struct JobCancellation {
    /// Members that one step of the search through the delayed jobs looks at.
    private static let scannedAtOnce = 1_000

    private let connection: RedisConnection
    private let keys: JobKeys
    private let cancelScript = RedisScript(CancelScript.source)
    private let releaseScript = RedisScript(ReleaseDelayedScript.source)

    package init(connection: RedisConnection, keys: JobKeys) {
        self.connection = connection
        self.keys = keys
    }

    /// Marks the job, unless its result stands already. Safe to call again.
    ///
    /// - Returns: the JSON of the result that stands; nil where the job is marked.
    package func mark(_ jobID: String) async throws(RedisError) -> ArraySlice<UInt8>? {
        var arguments = RedisArguments()
        arguments.append(keys.result(ArraySlice(jobID.utf8)))
        arguments.append(keys.cancelled)
        arguments.append(keys.control)
        arguments.append(jobID)
        arguments.append(CancelScript.lifetime)
        arguments.append(CancelScript.maximumMarks)
        return try await cancelScript.run(on: connection, keyCount: 3, arguments).text
    }

    /// Puts the job onto its lane where it is delayed, so that a worker comes upon it now and not when it is due.
    ///
    /// - Returns: how many entries of that id were delayed.
    package func releaseDelayed(_ jobID: String) async throws(RedisError) -> Int {
        var released = 0
        var position = "0"
        repeat {
            let reply = try await connection.execute(
                RedisCommand(
                    "ZSCAN",
                    keys.delayed,
                    position,
                    "MATCH",
                    GlobPattern.escaped(jobID) + "\n*",
                    "COUNT",
                    "\(Self.scannedAtOnce)"
                )
            )
            var cursor = reply.cursor
            _ = try cursor.array()
            position = try cursor.string().map { String(decoding: $0, as: UTF8.self) } ?? "0"
            for _ in 0..<(try cursor.array() ?? 0) / 2 {
                let member = try cursor.string()
                try cursor.skip()
                if let member { released += try await release(member, of: jobID) }
            }
        } while position != "0"
        return released
    }

    private func release(_ member: ArraySlice<UInt8>, of jobID: String) async throws(RedisError) -> Int {
        var arguments = RedisArguments(capacity: member.count + 256)
        arguments.append(keys.delayed)
        for lane in Lane.allCases { arguments.append(keys.jobs(lane)) }
        arguments.append(member)
        arguments.append(jobID.utf8.count)
        for lane in Lane.allCases { arguments.append(lane.rawValue) }
        return try await releaseScript.run(on: connection, keyCount: 1 + Lane.allCases.count, arguments).integer ?? 0
    }
}
