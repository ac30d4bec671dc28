internal import HTTPTransport
internal import JSON

/// What became of one request to the collector.
enum ExportVerdict: Equatable {
    /// - Parameter rejected: spans of the batch that the collector did not take all the same.
    case accepted(rejected: Int)
    /// No later attempt would do better.
    case refused(Failure)
    case passing(Failure, retryAfter: Duration?)
    case cancelled

    /// For the log. What the collector says is left out: nobody knows what it repeats.
    struct Failure: Equatable {
        let reason: String
        let hint: String
    }

    /// Source: OTLP specification 1.x, OTLP/HTTP response, which names the statuses that may be tried again.
    init(_ response: HTTPResponse) {
        switch response.status {
        case 200..<300: self = .accepted(rejected: Self.rejectedSpans(response.body))
        case 429, 502, 503, 504:
            let hint = "the collector is overloaded or restarting: sent again later"
            self = .passing(Self.failure(response, hint), retryAfter: response.retryAfter)
        case 401, 403:
            self = .refused(Self.failure(response, "see tracing.headers: the collector wants other credentials"))
        case 404, 405:
            self = .refused(Self.failure(response, "see tracing.endpoint: no OTLP over HTTP is taken there"))
        case 415:
            self = .refused(Self.failure(response, "this collector does not read OTLP in JSON: name one that does"))
        default: self = .refused(Self.failure(response, "see the collector's log"))
        }
    }

    init(_ error: HTTPTransportError) {
        switch error.code {
        case .cancelled, .closed: self = .cancelled
        case .invalidRequest, .invalidConfiguration:
            self = .refused(Failure(reason: "\(error)", hint: "see tracing.endpoint and tracing.headers"))
        case .invalidResponse, .responseTooLarge:
            let hint = "see tracing.endpoint: what answers speaks no OTLP over HTTP"
            self = .passing(Failure(reason: "\(error)", hint: hint), retryAfter: nil)
        default:
            let hint = "is the collector up, and reachable from here? see tracing.endpoint"
            self = .passing(Failure(reason: "\(error)", hint: hint), retryAfter: nil)
        }
    }

    private static func failure(_ response: HTTPResponse, _ hint: String) -> Failure {
        Failure(reason: "the collector answered \(response.status)", hint: hint)
    }

    /// `{"partialSuccess":{"rejectedSpans":"3","errorMessage":"…"}}`; the number may stand without quotes.
    private static func rejectedSpans(_ body: [UInt8]) -> Int {
        guard let answer = try? JSONValue(parsing: body) else { return 0 }
        switch answer["partialSuccess"]?["rejectedSpans"] {
        case .string(let text): return max(0, Int(text) ?? 0)
        case .integer(let number): return max(0, number)
        default: return 0
        }
    }
}
