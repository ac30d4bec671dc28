internal import JobQueue
internal import MCP
internal import MemoirClient

/// Why a job was not done, as a model can act on it.
extension ToolError {
    /// Fields of the wire whose arguments have another name.
    private static let arguments = ["memory_id": "id", "after": "cursor"]

    static func invalid(_ argument: String, _ reason: String) -> ToolError {
        ToolError("\(argument): \(reason)")
    }

    init(_ invalid: InvalidJob) {
        self.init("\(Self.arguments[invalid.field] ?? invalid.field): \(invalid.reason)")
    }

    /// What a worker answered.
    init(code: String, message: String, isRetryable: Bool) {
        switch code {
        case "invalid_job" where message.hasPrefix("collection:"):
            // The worker's own message names all collections, also those that this caller may not know of.
            let advice = "whoever runs this server has to give them its declaration"
            self.init("collection: the workers do not know it; \(advice)")
        case "invalid_job": self.init(Self.renamed(message))
        case "expired":
            self.init("No worker came to it in time, and it was not done. Try again later.")
        case "cancelled":
            self.init("Somebody cancelled it, and it was not done.")
        case "budget_exceeded":
            self.init("\(message). The day's budget for embeddings is used up: try again after 00:00 UTC.")
        case "embedding_refused":
            self.init("\(message). Most likely the text is too long: shorten it, or save it in several parts.")
        default:
            let advice = isRetryable ? "Try again later." : "The same call will not succeed."
            self.init("It failed (\(code)): \(message). \(advice)")
        }
    }

    /// What kept a job from being answered.
    init(_ error: MemoryError) {
        switch error.code {
        case .invalidJob: self.init(Self.renamed(error.message))
        case .queueFull:
            self.init("The queue is full, and nothing was done. Try again in some seconds. (\(error.message))")
        case .tooManyJobs:
            self.init("Too many calls wait already, and nothing was done. Try again in some seconds.")
        case .expired: self.init(code: "expired", message: error.message, isRetryable: true)
        case .unavailable:
            self.init(
                """
                The memory cannot be reached now, which nothing in the call can mend. Try again later. \
                (\(error.message))
                """
            )
        case .cancelled: self = .cancelled
        case .closed: self.init("The server is stopping. Try again when it is back.")
        default: self.init("It failed: \(error.message)")
        }
    }

    /// No answer came in time.
    ///
    /// - Parameter outlook: of the job's lane; nil where nobody can tell.
    static func late(_ lane: Lane, _ outlook: LaneOutlook?) -> ToolError {
        if outlook?.workers == 0 {
            return ToolError(
                """
                No answer in time: no worker is running. Calling again helps when whoever runs this server has started \
                one: memoir worker, or memoir mcp --direct.
                """
            )
        }
        if outlook?.isPaused == true {
            return ToolError(
                """
                No answer in time: the lane \(lane.rawValue) is paused. Calling again helps when whoever runs this \
                server has resumed it: memoir resume \(lane.rawValue).
                """
            )
        }
        return ToolError(
            """
            No answer in time: workers are busy, or the embedding service or Qdrant is away, which get_memory_stats \
            tells. It may still be done; calling again with the same arguments does no harm.
            """
        )
    }

    static let cancelled = ToolError("The call was cancelled.")
    static let noAnswer = ToolError("What the worker answered is not understood: its version may be another one.")

    /// `memory_id: is …` becomes `id: is …`.
    private static func renamed(_ message: String) -> String {
        guard let colon = message.firstIndex(of: ":"), let name = arguments[String(message[..<colon])] else {
            return message
        }
        return name + message[colon...]
    }
}
