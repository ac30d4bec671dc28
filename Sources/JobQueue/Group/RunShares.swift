internal import RedisClient

/// What the jobs of a batch add to the tallies of their runs, and to their failures.
struct RunShares: Sendable {
    private struct Count {
        let run: Int
        let kind: Kind
        var increment = 0
    }

    private struct Failure {
        let job: Int
        let run: Int
        let source: ArraySlice<UInt8>
        let id: ArraySlice<UInt8>
        let reason: JobError
    }

    private enum Kind {
        case ok, deduped, error, expired

        var name: StaticString {
            switch self {
            case .ok: "ok"
            case .deduped: "deduped"
            case .error: "error"
            case .expired: "expired"
            }
        }
    }

    /// One or two in a batch, hardly ever more.
    private var runs: [ArraySlice<UInt8>] = []
    private var counts: [Count] = []
    /// Of each job the index of its count from 1, in two bytes; 0 for a job without a run. What is behind the last job
    /// with a run is missing.
    private var places: [UInt8] = []
    private var failures: [Failure] = []

    /// - Parameter number: of the job in its batch, from 1. The job has a run.
    mutating func add(
        _ job: Job,
        number: Int,
        _ status: ResultEnvelope.Status,
        isDeduped: Bool,
        reason: JobError?
    ) {
        guard let name = job.run else { return }
        let run = runs.firstIndex(of: name) ?? runs.count
        if run == runs.count { runs.append(name) }
        let kind: Kind =
            switch status {
            case .ok: isDeduped ? .deduped : .ok
            case .error: .error
            case .expired: .expired
            }
        let count = counts.firstIndex { $0.run == run && $0.kind == kind } ?? counts.count
        if count == counts.count { counts.append(Count(run: run, kind: kind)) }
        counts[count].increment += 1
        pad(to: number - 1)
        places.append(UInt8((count + 1) >> 8))
        places.append(UInt8((count + 1) & 0xFF))
        if let reason, status != .ok {
            let failure = Failure(job: number, run: run, source: job.source ?? job.id, id: job.id, reason: reason)
            failures.append(failure)
        }
    }

    private mutating func pad(to jobs: Int) {
        while places.count < 2 * jobs { places.append(0) }
    }

    var keyCount: Int { 2 * runs.count }

    func appendKeys(_ keys: JobKeys, to all: inout RedisArguments) {
        for run in runs {
            let name = String(decoding: run, as: UTF8.self)
            all.append(keys.tally(name))
            all.append(keys.failures(name))
        }
    }

    /// How much of it follows, and which job is counted where.
    func appendHead(jobs: Int, to all: inout RedisArguments) {
        all.append(runs.count)
        all.append(counts.count)
        all.append(failures.count)
        var shares = self
        if !runs.isEmpty { shares.pad(to: jobs) }
        all.append(shares.places)
    }

    /// - Parameter now: ms since 1970.
    func appendBody(now: Int, to all: inout RedisArguments) {
        for count in counts {
            all.append(count.run + 1)
            all.append(count.kind.name)
            all.append(count.increment)
        }
        for failure in failures {
            all.append(failure.job)
            all.append(failure.run + 1)
            all.append(failure.source)
            all.append(
                RunFailure.json(
                    code: ArraySlice("\(failure.reason.code)".utf8),
                    message: failure.reason.message,
                    job: failure.id,
                    at: now
                )
            )
        }
    }
}
