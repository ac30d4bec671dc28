internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Around the API: who may read, who may change, and a line in the log for each change that was tried.
///
/// It stands on the routes themselves and decides by the method, so that no spelling of a path leads around it.
struct AccessMiddleware: RouterMiddleware {
    let rules: RequestRules
    let logger: Logger

    @concurrent func handle(
        _ request: Request,
        context: OpsContext,
        next: @concurrent (Request, OpsContext) async throws -> Response
    ) async throws -> Response {
        switch request.method {
        case .get, .head, .options:
            try rules.checkReading(request.facts)
            return try await next(request, context)
        default:
            return try await change(request, context, next)
        }
    }

    private func change(
        _ request: Request,
        _ context: OpsContext,
        _ next: @concurrent (Request, OpsContext) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        do throws(OpsError) {
            try rules.checkChanging(request.facts)
        } catch {
            // An event of its own: lines of one event are limited, and whoever guesses must not hide what is changed.
            log("http_refused", request, "\(error.status) \(error.code)", began)
            throw error
        }
        do {
            let response = try await next(request, context)
            log("http_change", request, "\(response.status.code)", began)
            return response
        } catch {
            log("http_change", request, (error as? OpsError).map { "\($0.status) \($0.code)" } ?? "500", began)
            throw error
        }
    }

    /// Never the token, the query or the body.
    private func log(
        _ event: Logger.Message,
        _ request: Request,
        _ status: String,
        _ began: ContinuousClock.Instant
    ) {
        let milliseconds = began.duration(to: .now) / .milliseconds(1)
        logger.info(
            event,
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path.prefix(300))",
                "status": "\(status)",
                "ms": "\(Int(milliseconds.rounded()))",
            ]
        )
    }
}

extension Request {
    /// What the rules look at.
    var facts: RequestRules.Facts {
        var facts = RequestRules.Facts()
        facts.host = head.authority
        facts.origin = headers[.origin]
        facts.fetchSite = HTTPField.Name("Sec-Fetch-Site").flatMap { headers[$0] }
        facts.authorization = headers[.authorization]
        facts.contentType = headers[.contentType]
        facts.hasBody = headers[.contentLength].map { $0 != "0" } ?? (headers[.transferEncoding] != nil)
        return facts
    }
}
