internal import JobQueue
internal import Reactor
internal import RedisClient

/// Whether each lane has the group that workers read it with.
struct GroupCheck: Check {
    let name = "groups"
    let redis: RedisConnection
    let keys: JobKeys

    func findings() async throws -> [Finding] {
        var missing: [Lane] = []
        for lane in Lane.allCases {
            let groups = try await redis.groups(of: keys.jobs(lane)) ?? []
            if !groups.contains(JobKeys.group) { missing.append(lane) }
        }
        return [Self.judge(missing: missing)]
    }

    static func judge(missing: [Lane]) -> Finding {
        guard !missing.isEmpty else { return .ok("\(JobKeys.group) is there on each lane") }
        return .warning(
            """
            no group \(JobKeys.group) on \(missing.map(\.rawValue).joined(separator: ", ")): Redis is new or was \
            emptied; workers make it when they start
            """,
            mend: "memoir bootstrap"
        )
    }
}
