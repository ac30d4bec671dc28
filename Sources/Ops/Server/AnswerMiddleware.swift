internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Around everything: a foreign Host is refused, each error becomes JSON, and every answer tells browsers what they may do
/// with it.
struct AnswerMiddleware: RouterMiddleware {
    let rules: RequestRules
    let connections: Connections
    /// Follows "there is nothing here:".
    var hint = "/openapi.json says what there is"
    let logger: Logger

    @concurrent func handle(
        _ request: Request,
        context: OpsContext,
        next: @concurrent (Request, OpsContext) async throws -> Response
    ) async throws -> Response {
        connections.beginAnswer(context.channel)
        // What is left is to be read by the client.
        defer { connections.endAnswer(context.channel) }
        var response: Response
        do {
            try rules.checkHost(request.facts)
            response = try await next(request, context)
        } catch let error as OpsError {
            response = error.response
        } catch let error as HTTPError where error.status == .notFound {
            response = OpsError(404, "no_such_path", "there is nothing here: \(hint)").response
        } catch is CancellationError {
            response = OpsError(503, "stopping", "this server stops").response
        } catch {
            // What it says is for us: it may hold anything.
            logger.error("http_request_failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            response = OpsError(500, "internal", "something went wrong here: the server's log says what").response
        }
        for (name, value) in Self.fields where response.headers[name] == nil { response.headers[name] = value }
        return response
    }

    private static let fields: [(HTTPField.Name, String)] = {
        let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'",
            "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        ]
        var fields: [(HTTPField.Name, String)] = [
            (.contentSecurityPolicy, policy.joined(separator: "; ")),
            (.xContentTypeOptions, "nosniff"),
            // Figures of the moment, and memories of people: nobody keeps a copy.
            (.cacheControl, "no-store"),
        ]
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ] {
            if let name = HTTPField.Name(name) { fields.append((name, value)) }
        }
        return fields
    }()
}
