/// What a result says of a job that was not done.
package struct JobError: Sendable {
    /// Stable, for programs: `invalid_job`, `embedding_refused`, `store_refused`.
    package let code: StaticString
    /// For a person: names the field where one is at fault, and what would be right.
    package let message: String
    /// Whether sending the same job again may succeed.
    package let isRetryable: Bool

    package init(code: StaticString, message: String, isRetryable: Bool) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
    }

    package init(_ problem: InvalidJob) {
        self.init(code: "invalid_job", message: "\(problem)", isRetryable: false)
    }
}
