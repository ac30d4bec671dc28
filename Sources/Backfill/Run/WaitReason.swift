/// Why a backfill does not go on at the moment. It goes on by itself as soon as the reason is gone.
package enum WaitReason: Sendable, Equatable {
    /// The workers have so many jobs to do already.
    case lag(jobs: Int, bound: Int)
    case noWorkers(jobs: Int)
    case laneFull(jobs: Int, bound: Int)
    case lanePaused
    case redisMemory(percent: Int, bound: Int)
    /// The day's budget leaves nothing for bulk.
    case budget
    /// The embedding service lets nobody call before that time, in milliseconds since 1970.
    case provider(until: Int)
    case redisAway(String)
    case databaseAway(String)

    /// For programs.
    package var code: String {
        switch self {
        case .lag: "lag"
        case .noWorkers: "no_workers"
        case .laneFull: "lane_full"
        case .lanePaused: "lane_paused"
        case .redisMemory: "redis_memory"
        case .budget: "budget"
        case .provider: "provider"
        case .redisAway: "redis_away"
        case .databaseAway: "database_away"
        }
    }

    /// For people: what is waited for, and what they can do about it.
    package var message: String {
        switch self {
        case .lag(let jobs, let bound):
            "\(jobs) jobs wait on the bulk lane, and a backfill adds none above \(bound): workers are catching up"
        case .noWorkers(let jobs):
            "\(jobs) jobs wait on the bulk lane and no worker runs: start one with `memoir worker`"
        case .laneFull(let jobs, let bound):
            "the bulk lane holds \(jobs) jobs and may hold \(bound): workers are catching up"
        case .lanePaused:
            "the bulk lane is paused: `memoir resume bulk` lets it go on"
        case .redisMemory(let percent, let bound):
            "Redis uses \(percent) % of its memory, and a backfill adds nothing above \(bound) %"
        case .budget:
            "the day's budget for embeddings leaves nothing for bulk: it goes on at 00:00 UTC, or with a higher "
                + "embeddings.dailyBudget"
        case .provider:
            "the embedding service asks to wait: its rate limit is reached"
        case .redisAway(let error):
            "Redis does not answer: \(error)"
        case .databaseAway(let error):
            "PostgreSQL does not answer: \(error)"
        }
    }
}
