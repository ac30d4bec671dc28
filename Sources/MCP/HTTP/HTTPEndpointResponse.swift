/// What to answer over HTTP.
package struct HTTPEndpointResponse: Sendable {
    package enum Body: Sendable {
        case none
        /// One message, or an array of them.
        case json([UInt8])
        /// Chunks of `text/event-stream`, each to be sent at once. Whoever stops reading must let go of the sequence's
        /// iterator (or be cancelled): that ends the call where the revision says so.
        case events(HTTPEventStream)
    }

    package let status: Int
    /// `Content-Type` among them.
    package let headers: [(name: String, value: String)]
    package let body: Body

    init(_ status: Int, headers: [(name: String, value: String)] = [], _ body: Body = .none) {
        self.status = status
        self.body = body
        switch body {
        case .none: self.headers = headers
        case .json: self.headers = headers + [("Content-Type", "application/json")]
        case .events:
            self.headers =
                headers + [
                    ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache, no-transform"),
                    // Proxies that collect answers would keep the events back.
                    ("X-Accel-Buffering", "no"),
                ]
        }
    }
}
