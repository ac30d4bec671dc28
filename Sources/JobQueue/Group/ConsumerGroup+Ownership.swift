package import RedisClient

/// Whose claimed entries are.
extension ConsumerGroup {
    /// Entries renewed by one call of the script, which blocks the server while it runs.
    private static let renewedAtOnce = 512
    /// Entries handed over by one call.
    private static let handedOverAtOnce = 500

    /// What a page of somebody's claimed entries brought.
    package struct Adoption: Sendable {
        /// Jobs as they came, with how often each was delivered.
        package let jobs: AdoptedJobs
        /// Where the next page begins; nil when this was the last.
        package let next: String?
    }

    /// Takes over a page of what `other` had claimed, if it is not alive.
    ///
    /// - Parameters:
    ///   - other: the consumer that is gone; this one itself for what the lost answer to a claim had held.
    ///   - count: entries looked at.
    ///   - cursor: the `next` of the page before; nil for the first.
    ///   - suspects: how many jobs may be taken that outlived several workers.
    /// - Returns: nil when it is alive.
    package func adopt(
        _ lane: Lane,
        from other: String,
        count: Int,
        after cursor: String? = nil,
        suspects: SuspectRoom = SuspectRoom()
    ) async throws(RedisError) -> Adoption? {
        var arguments = RedisArguments()
        arguments.append(keys.jobs(lane))
        arguments.append(keys.worker(other))
        arguments.append(keys.stats)
        arguments.append(JobKeys.group)
        arguments.append(other)
        arguments.append(consumer)
        arguments.append(count)
        arguments.append(cursor.map { "(\($0)" } ?? "-")
        arguments.append(suspects.few)
        arguments.append(suspects.alone)
        let reply = try await adoptScript.run(on: connection, keyCount: 3, arguments)
        guard reply.kind == .array else { return nil }
        let jobs = try AdoptedJobs(reply)
        return Adoption(jobs: jobs, next: jobs.next)
    }

    /// Renews the lease of entries that this worker holds.
    ///
    /// - Returns: those that it holds no more.
    package func renew(_ lane: Lane, _ entryIDs: [ArraySlice<UInt8>]) async throws(RedisError) -> [[UInt8]] {
        var lost: [[UInt8]] = []
        for start in stride(from: 0, to: entryIDs.count, by: Self.renewedAtOnce) {
            var arguments = RedisArguments()
            arguments.append(keys.jobs(lane))
            arguments.append(JobKeys.group)
            arguments.append(consumer)
            for id in entryIDs[start..<min(start + Self.renewedAtOnce, entryIDs.count)] { arguments.append(id) }
            var cursor = try await renewScript.run(on: connection, keyCount: 1, arguments).cursor
            for _ in 0..<(try cursor.array() ?? 0) {
                if let id = try cursor.string() { lost.append(Array(id)) }
            }
        }
        return lost
    }

    /// Leaves the lane, and all that is claimed on it to the others.
    ///
    /// - Returns: how many jobs that were.
    package func handOver(_ lane: Lane) async throws(RedisError) -> Int {
        var total = 0
        var first = "-"
        while true {
            var arguments = RedisArguments()
            arguments.append(keys.jobs(lane))
            arguments.append(JobKeys.group)
            arguments.append(consumer)
            arguments.append(Self.handedOverAtOnce)
            arguments.append(first)
            var cursor = try await handOverScript.run(on: connection, keyCount: 1, arguments).cursor
            _ = try cursor.array()
            total += try cursor.integer()
            guard let last = try cursor.string(), !last.isEmpty else { return total }
            first = "(\(String(decoding: last, as: UTF8.self))"
        }
    }
}
