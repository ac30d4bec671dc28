/// One exchange, with its bounds. The body and the response live in memory: both are capped by who asks.
///
/// What is asked must bear being asked twice: when a connection that was kept alive turns out to be closed before the
/// first byte of the response, the request is sent again on a new one, whatever its method.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    package var method: Method
    /// Absolute, `http` or `https`. A user and password in it are sent as basic authentication.
    package var url: String
    /// Sent as they are, instead of the transport's own of the same name; `Content-Length` and `Transfer-Encoding` are
    /// refused, since they are the transport's to set. Their values are never logged.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?
    /// From the call to the last byte of the response, waiting for a slot included. At most a day.
    package var timeout: Duration
    /// A longer response ends the exchange with `responseTooLarge`.
    package var maximumResponseBytes: Int

    package init(
        _ method: Method,
        _ url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        timeout: Duration = .seconds(60),
        maximumResponseBytes: Int = 64 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumResponseBytes = maximumResponseBytes
    }
}
