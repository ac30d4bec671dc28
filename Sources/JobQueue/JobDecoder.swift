package import RedisClient

/// A stream entry that was read: a job to run, or one that is answered at once because it cannot be run.
package enum DecodedJob: Sendable {
    case valid(Job)
    /// The job as far as it could be read, and the first thing wrong with it.
    case invalid(Job, InvalidJob)
    /// Deleted from the stream while it was pending: only to be acknowledged.
    case deleted(entryID: ArraySlice<UInt8>)

    package var entryID: ArraySlice<UInt8> {
        switch self {
        case .valid(let job), .invalid(let job, _): job.entryID
        case .deleted(let entryID): entryID
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
        while let entry = try entries.next() {
            jobs.append(
                entry.isDeleted
                    ? .deleted(entryID: entry.id)
                    : try decode(entry, &entries, storage: reply.storage)
            )
        }
        return jobs
    }

    private func decode(
        _ entry: StreamEntries.Entry,
        _ entries: inout StreamEntries,
        storage: [UInt8]
    ) throws(RedisError) -> DecodedJob {
        var fields = JobFields(Job(entryID: entry.id, storage: storage, lane: lane))
        for _ in 0..<entry.fieldCount {
            let (name, value) = try entries.nextField()
            fields.read(name, value, limits)
        }
        fields.checkPresence()
        if let problem = fields.problem { return .invalid(fields.job, problem) }
        return .valid(fields.job)
    }
}
