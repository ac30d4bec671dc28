internal import RedisClient

/// Jobs of one lane that are done, encoded as the arguments of the finish script while they are added.
package struct FinishBatch: Sendable {
    /// Of a job that failed for good: kept for people to look at.
    package struct Failure: Sendable {
        package let code: String
        package let message: String
        /// Of them all, the last included.
        package let attempts: Int
        /// Milliseconds since 1970.
        package let firstFailedAt: Int

        package init(code: String, message: String, attempts: Int, firstFailedAt: Int) {
            self.code = code
            self.message = message
            self.attempts = attempts
            self.firstFailedAt = firstFailedAt
        }
    }

    package let lane: Lane
    package private(set) var count = 0
    private var resultKeys = RedisArguments()
    private var jobs = RedisArguments()
    private var replyStreams = RedisArguments()
    private var replies = RedisArguments()
    private var replyCount = 0
    private var letters = RedisArguments()
    private var letterCount = 0
    private(set) var cancelled: [ArraySlice<UInt8>] = []
    /// Collections that jobs of the batch have changed: few, so that searching them is fast.
    private var changed: [ArraySlice<UInt8>] = []
    private var counters: [(name: String, increment: Int)] = []
    /// Of each job the letter of its counter, as the script takes them.
    private var counterLetters: [UInt8] = []
    private var runs = RunShares()

    package init(lane: Lane) {
        self.lane = lane
    }

    /// - Parameters:
    ///   - result: the JSON of the result.
    ///   - ttl: seconds that the result is kept; 0 for not at all.
    ///   - isDeduped: whether the very memory was there already.
    ///   - reason: why a job is not `ok`, for whoever looks at its run.
    ///   - failure: given for a job that failed for good.
    package mutating func add(
        _ job: Job,
        resultKey: [UInt8],
        result: [UInt8],
        status: ResultEnvelope.Status,
        ttl: Int,
        isDeduped: Bool = false,
        reason: JobError? = nil,
        failure: Failure? = nil
    ) {
        count += 1
        resultKeys.append(resultKey)
        jobs.append(job.entryID)
        jobs.append(ttl)
        jobs.append(result)
        countOne(Self.counterNames[status, job.type])
        if status == .ok && (job.type == .save || job.type == .forget) && !changed.contains(job.collection) {
            changed.append(job.collection)
        }
        if job.run != nil { runs.add(job, number: count, status, isDeduped: isDeduped, reason: reason) }
        if let replyTo = job.replyTo {
            replyCount += 1
            replyStreams.append(replyTo)
            replies.append(count)
            replies.append(job.id)
            replies.append(status.rawValue)
        }
        if let failure {
            letterCount += 1
            letters.append(count)
            letters.append(failure.code)
            letters.append(failure.message)
            letters.append(failure.attempts)
            letters.append(failure.firstFailedAt)
        }
    }

    /// The answer of that job makes its cancel mark needless.
    package mutating func answersCancelled(_ jobID: ArraySlice<UInt8>) {
        cancelled.append(jobID)
    }

    /// A counter for each status and type: a handful, which is searched faster than hashed.
    private mutating func countOne(_ name: String) {
        let index = counters.firstIndex { $0.name == name } ?? counters.count
        if index == counters.count { counters.append((name, 0)) }
        counters[index].increment += 1
        counterLetters.append(UInt8(ascii: "A") + UInt8(index))
    }

    /// Keys and arguments as `FinishScript` takes them.
    func arguments(
        keys: JobKeys,
        consumer: String,
        deadLettersKept: Int,
        now: Int
    ) -> (keyCount: Int, RedisArguments) {
        var all = RedisArguments(capacity: 512 + count * 512)
        all.append(keys.jobs(lane))
        all.append(keys.stats)
        all.append(keys.dead)
        all.append(keys.generations)
        all.append(resultKeys)
        all.append(replyStreams)
        runs.appendKeys(keys, to: &all)
        all.append(JobKeys.group)
        all.append(deadLettersKept)
        all.append(lane.rawValue)
        all.append(now)
        all.append(count)
        all.append(replyCount)
        all.append(letterCount)
        all.append(counterLetters)
        all.append(consumer)
        all.append(changed.count)
        runs.appendHead(jobs: count, to: &all)
        all.append(jobs)
        all.append(replies)
        all.append(letters)
        for collection in changed { all.append(collection) }
        runs.appendBody(now: now, to: &all)
        for (name, increment) in counters {
            all.append(name)
            all.append(increment)
        }
        return (4 + count + replyCount + runs.keyCount, all)
    }

    private static let counterNames = CounterNames()

    /// `finished:<status>:<type>`, made once.
    private struct CounterNames {
        private var names: [ResultEnvelope.Status: [JobType: String]] = [:]

        init() {
            for status in ResultEnvelope.Status.allCases {
                for type in JobType.allCases {
                    names[status, default: [:]][type] = "finished:\(status.rawValue):\(type.rawValue)"
                }
            }
        }

        subscript(status: ResultEnvelope.Status, type: JobType) -> String {
            names[status]?[type] ?? "finished:unknown"
        }
    }
}
