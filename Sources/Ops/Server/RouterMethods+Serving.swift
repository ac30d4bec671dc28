internal import HTTPTypes
internal import Hummingbird

extension RouterMethods<OpsContext> {
    typealias Handler = @Sendable (Request, OpsContext) async throws -> Response

    /// Serves a path: `HEAD` where there is a `GET`, `OPTIONS` with what is allowed, and a refusal for the rest.
    func serve(_ path: RouterPath, _ handlers: [HTTPRequest.Method: Handler]) {
        var handlers = handlers
        if let get = handlers[.get], handlers[.head] == nil {
            handlers[.head] = { request, context in try await get(request, context).createHeadResponse() }
        }
        let names = (handlers.keys.map(\.rawValue) + ["OPTIONS"]).sorted().joined(separator: ", ")
        // No header field of CORS: a browser takes that for a refusal, which it is meant to be.
        handlers[.options] = { _, _ in Response(status: .noContent, headers: [.allow: names]) }
        for method in [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect] as [HTTPRequest.Method] {
            on(path, method: method, use: handlers[method] ?? refusal(allowed: names))
        }
    }

    func serveGet(_ path: RouterPath, _ handler: @escaping Handler) {
        serve(path, [.get: handler])
    }

    func servePost(_ path: RouterPath, _ handler: @escaping Handler) {
        serve(path, [.post: handler])
    }

    private func refusal(allowed names: String) -> Handler {
        { _, _ in
            let error = OpsError(405, "method_not_allowed", "this path takes \(names)")
            var response = error.response
            response.headers[.allow] = names
            return response
        }
    }
}
