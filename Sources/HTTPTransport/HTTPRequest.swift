/// One exchange, with its bounds. The body and the response live in memory: both are capped by who asks.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    package var method: Method
    /// Absolute, `http` or `https`.
    package var url: String
    /// Sent as they are. Their values are never logged.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?
    /// From the start of the exchange to its last byte.
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
