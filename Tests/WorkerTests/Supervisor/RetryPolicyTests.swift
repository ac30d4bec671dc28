import JobQueue
import Reactor
import Testing

@testable import Worker

@Suite("RetryPolicy")
struct RetryPolicyTests {
    private let policy = RetryPolicy(
        maximumAttempts: 3,
        maximumDeliveries: 5,
        backoff: Backoff(initial: .seconds(1), maximum: .seconds(60))
    )
    private let failure = JobError(code: "embedding_failed", message: "no", isRetryable: true)

    private func job(_ fields: [String: String]) -> Job {
        let usual = [("v", "1"), ("id", "j"), ("type", "embed"), ("content", "t")]
        return Job.decoded(fields: usual + fields.map { ($0.key, $0.value) }, lane: .embed).job
    }

    /// Fields beside the usual ones, and what is decided at 1,000,000 ms.
    static let decisions: [(fields: [String: String], decision: String)] = [
        ([:], "again 1 since 1000000"),
        (["_attempts": "1", "_first_failed_at": "7"], "again 2 since 7"),
        (["_attempts": "2", "_first_failed_at": "7"], "no; given up after 3 attempts"),
        (["_attempts": "99"], "no; given up after 100 attempts"),
        (["_attempts": "nonsense"], "again 1 since 1000000"),
        (["deadline": "1000050"], "too late"),
        (["deadline": "1900000"], "again 1 since 1000000"),
        (["deadline": "1000050", "_attempts": "2"], "no; given up after 3 attempts"),
    ]

    @Test("A failure costs an attempt, up to the last", arguments: decisions)
    func decide(_ expected: (fields: [String: String], decision: String)) throws {
        let job = job(expected.fields)
        switch policy.decide(job, failure, now: 1_000_000) {
        case .again(let wait, let attempts, let since):
            #expect(expected.decision == "again \(attempts) since \(since)")
            #expect(wait >= .milliseconds(100) && wait <= .seconds(2))
        case .tooLate: #expect(expected.decision == "too late")
        case .giveUp(let error):
            #expect(expected.decision == error.message)
            #expect(error.isRetryable)
        }
    }

    /// Fields, and when it is due at 1,000 ms.
    static let times: [(fields: [String: String], due: Int?)] = [
        ([:], nil),
        (["run_at": "900"], nil),
        (["run_at": "1000"], nil),
        (["run_at": "1001"], 1_001),
        (["run_at": "1001", "deadline": "1002"], 1_001),
        // The clock of Redis said that it is time.
        (["run_at": "1001", "_enqueued_at": "5"], nil),
    ]

    @Test("A job runs at its time", arguments: times)
    func due(_ expected: (fields: [String: String], due: Int?)) throws {
        let job = job(expected.fields)
        #expect(try policy.dueTime(of: job, now: 1_000) == expected.due)
    }

    @Test("A deadline before the time is the producer's mistake")
    func contradiction() throws {
        let job = job(["run_at": "2000", "deadline": "2000"])
        let problem = #expect(throws: InvalidJob.self) { try policy.dueTime(of: job, now: 1_000) }
        #expect(problem?.field == "deadline")
    }
}
