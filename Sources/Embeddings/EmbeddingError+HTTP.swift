import HTTPTransport

extension EmbeddingError {
    /// For a response of any status but 200.
    init(_ response: HTTPResponse, from configuration: OpenAIConfiguration) {
        let limits = RateLimits(response)
        let retryAfter = response.retryAfter ?? limits.wait
        let fault = ProviderFault(body: response.body)
        let mask = SecretMask(configuration.apiKey)
        let said = fault.message.map { ": \(mask.masked($0))" } ?? ""
        let answered = "\(configuration.endpoint) answered \(response.status)\(said)"
        switch response.status {
        case 401, 403:
            let advice = configuration.apiKey == nil ? "set OPENAI_API_KEY" : "check OPENAI_API_KEY and what it may do"
            self.init(.invalidKey, "\(answered); \(advice)", rateLimits: limits)
        case 402:
            self.init(.quotaExhausted, "\(answered); the account's credit is used up", rateLimits: limits)
        case 429 where fault.code == "insufficient_quota" || fault.type == "insufficient_quota":
            self.init(.quotaExhausted, "\(answered); check the plan and the billing of the account", rateLimits: limits)
        case 429:
            self.init(.rateLimited, answered, retryAfter: retryAfter, rateLimits: limits)
        case 408, 409, 500...599:
            self.init(.passing, answered, retryAfter: retryAfter, rateLimits: limits)
        case 400, 413, 422:
            self.init(.invalidInput, answered, rateLimits: limits)
        case 404:
            let advice = "check that model \(configuration.model) exists there, and OPENAI_BASE_URL"
            self.init(.misconfigured, "\(answered); \(advice)", rateLimits: limits)
        default:
            self.init(.misconfigured, "\(answered); check OPENAI_BASE_URL and EMBEDDING_MODEL", rateLimits: limits)
        }
    }

    /// For an exchange that brought no response.
    init(_ error: HTTPTransportError, from configuration: OpenAIConfiguration) {
        switch error.code {
        case .cancelled: self.init(.cancelled, "the call to \(configuration.endpoint) was cancelled")
        case .invalidRequest:
            let advice = "check OPENAI_BASE_URL and OPENAI_API_KEY"
            self.init(.misconfigured, "\(error); \(advice)", mayHaveArrived: false)
        case .responseTooLarge:
            let advice = "does the model make vectors of \(configuration.dimensions) dimensions?"
            self.init(.invalidResponse, "\(error); \(advice)")
        case .cannotResolve, .cannotConnect, .tlsFailed, .queueFull:
            self.init(.passing, error.description, mayHaveArrived: false)
        default: self.init(.passing, error.description)
        }
    }
}
