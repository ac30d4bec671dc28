package import RedisClient

/// A stream entry that was read: a job to run, or one that is answered at once because it cannot be run.
package enum DecodedJob: Sendable {
    case valid(Job)
    /// The job as far as it could be read, and the first thing wrong with it.
    case invalid(Job, InvalidJob)

    package var job: Job {
        switch self {
        case .valid(let job), .invalid(let job, _): job
        }
    }
}

/// Turns stream entries into jobs, checking each field by itself. What a field means for a collection is checked by the
/// domain. Unknown fields are ignored.
package struct JobDecoder: Sendable {
    private let lane: Lane
    private let limits: JobFields.Limits

    /// - Parameters:
    ///   - keys: Memoir's own, which no job may have its reply put onto.
    ///   - maximumTextBytes: of `content` and `query`.
    ///   - maximumJSONBytes: of `metadata` and `filters`.
    package init(lane: Lane, keys: JobKeys, maximumTextBytes: Int, maximumJSONBytes: Int) {
        self.lane = lane
        limits = JobFields.Limits(keys: keys, textBytes: maximumTextBytes, jsonBytes: maximumJSONBytes)
    }

    /// - Throws: `RedisError` where the reply is not what `XREADGROUP` answers.
    package func decode(_ reply: RedisReply) throws(RedisError) -> [DecodedJob] {
        var entries = try StreamEntries(readGroup: reply)
        var jobs: [DecodedJob] = []
        jobs.reserveCapacity(entries.count)
        while let entry = try entries.next() { jobs.append(try decode(entry, &entries, storage: reply.storage)) }
        return jobs
    }

    /// Jobs that were taken over from another consumer, or taken up again.
    package func decode(_ adopted: AdoptedJobs) throws(RedisError) -> [DecodedJob] {
        var entries = try StreamEntries(firstOf: adopted.reply)
        var jobs: [DecodedJob] = []
        for deliveries in adopted.deliveries {
            guard let entry = try entries.next() else { break }
            jobs.append(try decode(entry, &entries, storage: adopted.reply.storage, deliveries: deliveries))
        }
        return jobs
    }

    private func decode(
        _ entry: StreamEntries.Entry,
        _ entries: inout StreamEntries,
        storage: [UInt8],
        deliveries: Int = 1
    ) throws(RedisError) -> DecodedJob {
        var job = Job(entryID: entry.id, storage: storage, lane: lane)
        job.history.deliveries = deliveries
        var fields = JobFields(job)
        for _ in 0..<entry.fieldCount {
            let (name, value) = try entries.nextField()
            fields.read(name, value, limits)
        }
        fields.checkCount(entry.fieldCount)
        fields.checkPresence()
        if let problem = fields.problem { return .invalid(fields.job, problem) }
        return .valid(fields.job)
    }
}
