internal import JobQueue
internal import Reactor
internal import RedisClient

/// Whether keys lie about that nobody will ever remove: results without an end, and names that Memoir does not know.
struct KeyspaceCheck: Check {
    struct Sample {
        /// Keys of the partition that were looked at.
        var keys = 0
        var isComplete = false
        var unknown: [String] = []
        var unknownCount = 0
        /// Results that were asked for their time to live.
        var results: [[UInt8]] = []
        var lasting: [String] = []
    }

    /// Steps of the walk, and keys that the server looks at in each: one step takes it a few milliseconds.
    private static let maximumSteps = 20
    private static let stepCount = 1_000
    private static let maximumResults = 200
    private static let maximumListed = 3

    let name = "other keys"
    let redis: RedisConnection
    let keys: JobKeys
    let cli: RedisCommandLine

    func findings() async throws -> [Finding] {
        let known = KnownKeys(keys)
        var sample = Sample()
        var position = "0"
        for _ in 0..<Self.maximumSteps {
            let step = try await redis.scan(from: position, matching: known.pattern, count: Self.stepCount)
            for key in step.keys { Self.add(key, known, to: &sample) }
            position = step.next
            sample.isComplete = position == "0"
            if sample.isComplete { break }
        }
        try await addLastingResults(to: &sample)
        return Self.judge(sample, cli: cli)
    }

    private static func add(_ key: [UInt8], _ known: KnownKeys, to sample: inout Sample) {
        sample.keys += 1
        switch known.kind(of: key) {
        case .other?: break
        case .result?:
            if sample.results.count < maximumResults { sample.results.append(key) }
        case nil:
            sample.unknownCount += 1
            if sample.unknown.count < maximumListed { sample.unknown.append(String(decoding: key, as: UTF8.self)) }
        }
    }

    @Reactor
    private func addLastingResults(to sample: inout Sample) async throws(RedisError) {
        guard !sample.results.isEmpty else { return }
        var command = RedisCommand(capacity: 64 * sample.results.count)
        for key in sample.results {
            command.begin("TTL", arguments: 1)
            command.append(key)
        }
        for (key, reply) in zip(sample.results, try await redis.pipeline(command)) where reply.integer == -1 {
            sample.lasting.append(String(decoding: key, as: UTF8.self))
        }
    }

    static func judge(_ sample: Sample, cli: RedisCommandLine) -> [Finding] {
        let extent = sample.isComplete ? "of \(sample.keys)" : "of the \(sample.keys) looked at"
        var findings: [Finding] = []
        if let example = sample.lasting.first {
            findings.append(
                .warning(
                    "\(sample.lasting.count) of \(sample.results.count) results would stay for ever, such as \(example)",
                    mend: cli("EXPIRE", example, "86400")
                )
            )
        }
        if sample.unknownCount > 0 {
            let names = sample.unknown.joined(separator: ", ")
            findings.append(
                .note("\(sample.unknownCount) \(extent) under this prefix have names unknown to Memoir: \(names)")
            )
        }
        return findings.isEmpty ? [.ok("none \(extent) is unknown, and results expire")] : findings
    }
}
