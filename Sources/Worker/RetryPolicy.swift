internal import JobQueue
internal import Reactor

/// What becomes of a job that failed, and whether one may be run at all.
struct RetryPolicy: Sendable {
    enum Decision {
        /// Put aside for a while.
        ///
        /// - attempts: those that failed, the last included.
        /// - firstFailedAt: milliseconds since 1970.
        case again(after: Duration, attempts: Int, firstFailedAt: Int)
        /// The deadline comes before the next attempt.
        case tooLate
        /// It was the last attempt.
        case giveUp(JobError)
    }

    /// Attempts of a job at the most. A service that is away costs none.
    let maximumAttempts: Int
    /// Times that a job is given to a worker at the most.
    let maximumDeliveries: Int
    /// The pause before the next attempt, full jitter.
    let backoff: Backoff

    /// - Parameter now: milliseconds since 1970.
    func decide(_ job: Job, _ error: JobError, now: Int) -> Decision {
        let attempts = job.history.attempts + 1
        guard attempts < maximumAttempts else {
            let message = "\(error.message); given up after \(attempts) attempts"
            return .giveUp(JobError(code: error.code, message: message, isRetryable: error.isRetryable))
        }
        let wait = backoff.wait(afterFailures: attempts)
        if let deadline = job.deadline, now + Int(wait / .milliseconds(1)) >= deadline { return .tooLate }
        return .again(after: wait, attempts: attempts, firstFailedAt: job.history.firstFailedAt ?? now)
    }

    /// Why a job is not run that workers died with again and again; nil for all others.
    func poison(_ job: Job) -> JobError? {
        guard job.history.deliveries > maximumDeliveries else { return nil }
        let deaths = job.history.deliveries - 1
        return JobError(
            code: "poison",
            message: "\(deaths) workers died while they held this job, in the end alone: it may be what kills them",
            isRetryable: false
        )
    }

    /// When the job is to run, ms since 1970, where that is in the future. One that was put back has waited already: the
    /// clock of Redis said that it is time.
    func dueTime(of job: Job, now: Int) throws(InvalidJob) -> Int? {
        guard let runAt = job.runAt, runAt > now, job.history.enqueuedAt == nil else { return nil }
        if let deadline = job.deadline, deadline <= runAt {
            throw InvalidJob("deadline", "is \(deadline), not after run_at, which is \(runAt)")
        }
        return runAt
    }
}
