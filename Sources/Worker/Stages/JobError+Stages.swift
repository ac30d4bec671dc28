internal import JobQueue

extension JobError {
    static func embeddingRefused(_ job: Job, _ message: String) -> JobError {
        JobError(
            code: "embedding_refused",
            message: "\(textField(job)): the embedding provider refused it: \(message)",
            isRetryable: false
        )
    }

    /// The text fails again and again while others are embedded.
    static func embeddingFailed(_ job: Job, _ message: String) -> JobError {
        JobError(
            code: "embedding_failed",
            message: "\(textField(job)): the embedding provider fails for it while it works for others: \(message)",
            isRetryable: true
        )
    }

    /// The day's money is spent.
    ///
    /// - Parameter spent: 1e-9 US dollars, what is set aside for calls that are out included.
    static func budgetExceeded(_ limits: SpendingLimits, spent: Int) -> JobError {
        let budget = DollarText.of(nanodollars: limits.dailyBudget)
        let spent = DollarText.of(nanodollars: spent)
        return JobError(
            code: "budget_exceeded",
            message: "the day's budget for embeddings of \(budget) (embeddings.dailyBudget) is used up: \(spent) are "
                + "spent or set aside for calls; it begins anew at 00:00 UTC, and sooner where the setting is raised",
            isRetryable: true
        )
    }

    static func storeRefused(_ job: Job, _ message: String) -> JobError {
        let message = "the vector store refused it: \(message)"
        if job.filters != nil { return JobError(InvalidJob("filters", message)) }
        return JobError(code: "store_refused", message: message, isRetryable: false)
    }

    /// The job's call fails again and again while others succeed.
    static func storeFailed(_ message: String) -> JobError {
        JobError(
            code: "store_failed",
            message: "the vector store fails for it while it works for others: \(message)",
            isRetryable: true
        )
    }

    private static func textField(_ job: Job) -> String { job.type == .search ? "query" : "content" }
}
