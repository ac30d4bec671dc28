internal import RedisClient

/// Jobs of one lane that are to run later, encoded as the arguments of the delay script while they are added.
package struct DelayBatch: Sendable {
    package enum Due: Sendable {
        /// From now, by the server's clock.
        case after(Duration)
        /// Milliseconds since 1970.
        case at(Int)
    }

    package let lane: Lane
    package private(set) var count = 0
    private var jobs = RedisArguments()

    package init(lane: Lane) {
        self.lane = lane
    }

    /// - Parameters:
    ///   - attempts: those that failed so far.
    ///   - firstFailedAt: milliseconds since 1970; nil where none did.
    package mutating func add(_ job: Job, due: Due, attempts: Int, firstFailedAt: Int?) {
        count += 1
        jobs.append(job.entryID)
        switch due {
        case .after(let wait): jobs.append("+\(max(1, Int(wait / .milliseconds(1))))")
        case .at(let time): jobs.append(time)
        }
        jobs.append(attempts)
        if let firstFailedAt { jobs.append(firstFailedAt) } else { jobs.append("") }
    }

    /// Keys and arguments as `DelayScript` takes them.
    func arguments(keys: JobKeys, consumer: String) -> RedisArguments {
        var all = RedisArguments(capacity: 256 + count * 64)
        all.append(keys.jobs(lane))
        all.append(keys.delayed)
        all.append(keys.stats)
        all.append(JobKeys.group)
        all.append(consumer)
        all.append(lane.rawValue)
        all.append(jobs)
        return all
    }
}
