internal import HTTPTypes
internal import Hummingbird
internal import JSON
package import JobQueue
package import MemoirClient
package import RedisClient

/// Why a request was not answered with what it asked for: an HTTP status, and the same in words and for programs.
package struct OpsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Of the answer.
    package let status: Int
    /// Stable, for programs: `no_such_letter`.
    package let code: String
    /// For a person: what is wrong, and what would be right. Holds no secret.
    package let message: String
    /// Of the body or of the query, where one is at fault: `filter.lane`, `metadata.amount`.
    package var field: String?
    /// Whole seconds after which the same request may do better; nil where waiting does not help.
    package var retryAfter: Int?

    package init(_ status: Int, _ code: String, _ message: String, field: String? = nil, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }

    package var description: String { "\(status) \(code): \(message)" }

    static func invalid(_ field: String, _ reason: String) -> OpsError {
        OpsError(400, "invalid_request", "\(field) \(reason)", field: field)
    }

    /// `{"error": {"code": "no_result", "message": "…"}}`
    var response: Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("error")
        writer.beginObject()
        writer.name("code")
        writer.string(code)
        writer.name("message")
        writer.string(message)
        if let field {
            writer.name("field")
            writer.string(field)
        }
        writer.endObject()
        writer.endObject()
        var response = Response.json(writer.finish(), status: HTTPResponse.Status(code: status))
        if let retryAfter { response.headers[.retryAfter] = "\(retryAfter)" }
        if status == 401 {
            // RFC 6750, section 3.1: the code is told where a token was sent.
            let code = code == "invalid_token" ? ", error=\"invalid_token\"" : ""
            response.headers[.wwwAuthenticate] = "Bearer realm=\"memoir\"\(code)"
        }
        return response
    }
}

extension OpsError {
    package init(_ error: RedisError) {
        let code = error.code == .server ? "redis_refused" : "redis_unavailable"
        self.init(503, code, "Redis: \(error): \(error.hint)", retryAfter: error.isPassing ? 1 : nil)
    }

    package init(_ error: InvalidJob) {
        self.init(400, "invalid_job", "\(error)", field: error.field)
    }

    package init(_ error: MemoryError) {
        switch error.code {
        case .queueFull: self.init(429, "queue_full", error.message, retryAfter: 1)
        case .invalidJob: self.init(400, "invalid_job", error.message, field: error.field)
        case .tooManyJobs: self.init(503, "too_many_waiting", error.message, retryAfter: 1)
        case .unavailable: self.init(503, "redis_unavailable", error.message, retryAfter: error.isRetryable ? 1 : nil)
        case .closed: self.init(503, "stopping", "this worker stops; the job is done all the same")
        case .cancelled:
            let message = "the connection was closed, or this worker stops; a job that was sent is done all the same"
            self.init(503, "cancelled", message)
        default: self.init(502, "\(error.code)", error.message)
        }
    }
}
