/// Why a call of `MemoryClient` did not do what it was asked for.
///
///     do throws(MemoryError) {
///         try await memory.save("SNCB, Lyon", in: "invoices")
///     } catch {
///         // Nothing was added: send it again later, or hand the refusal on.
///         guard error.code == .queueFull else { throw error }
///     }
public struct MemoryError: Error, Sendable, CustomStringConvertible {
    /// What happened, for programs.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case queueFull = "queue_full"
            case invalidJob = "invalid_job"
            case expired
            case failed
            case timedOut = "timed_out"
            case unavailable
            case closed
            case cancelled
            case tooManyJobs = "too_many_jobs"
            case invalidAnswer = "invalid_answer"
            case invalidConfiguration = "invalid_configuration"
        }
        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The lane holds as many jobs as it may. Nothing was added; send it again later.
        public static let queueFull = Code(.queueFull)
        /// A field is missing or wrong, and sending it again would not help: `field` names it.
        public static let invalidJob = Code(.invalidJob)
        /// The deadline passed before a worker began: the job was not done, and will not be.
        public static let expired = Code(.expired)
        /// The job was answered with an error: `jobCode` says which.
        public static let failed = Code(.failed)
        /// No answer in time. The job may still be done.
        public static let timedOut = Code(.timedOut)
        /// Redis is away or refuses. The job may be there all the same.
        public static let unavailable = Code(.unavailable)
        /// The client was closed before the answer came.
        public static let closed = Code(.closed)
        /// The calling task was cancelled. The job is done all the same.
        public static let cancelled = Code(.cancelled)
        /// As many jobs are waited for as the client's bound allows. Nothing was sent.
        public static let tooManyJobs = Code(.tooManyJobs)
        /// What came back is not what this version of the client understands.
        public static let invalidAnswer = Code(.invalidAnswer)
        /// The URL, or another part of the client's configuration, is wrong.
        public static let invalidConfiguration = Code(.invalidConfiguration)

        /// As it is written in messages: `queue_full`.
        public var description: String { kind.rawValue }
    }

    /// What happened, for programs.
    public let code: Code
    /// For a person: what happened, and what would be right. Holds no secret.
    public let message: String
    /// Of the job that it happened to: sent again under the same id, it is done once. Nil where none was sent.
    public internal(set) var jobID: String?
    /// Of `invalidJob`: the field at fault, or the path in it, such as `filters.amount`.
    public internal(set) var field: String?
    /// Of `failed`: the code that the job was answered with, which is stable: see docs/wire.md.
    public internal(set) var jobCode: String?
    /// Whether the same call may succeed later.
    public internal(set) var isRetryable: Bool

    /// The message and the code.
    public var description: String { "\(message) (\(code))" }

    package init(_ code: Code, _ message: String, jobID: String? = nil, isRetryable: Bool = false) {
        self.code = code
        self.message = message
        self.jobID = jobID
        self.isRetryable = isRetryable
    }
}
