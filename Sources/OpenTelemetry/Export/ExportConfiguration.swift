package import Reactor

/// Where spans are sent, and within which bounds.
package struct ExportConfiguration: Sendable {
    /// The collector's address as a whole, `/v1/traces` and all.
    package var url: String
    /// Sent with every request. Their values are secrets.
    package var headers: [(name: String, value: String)] = []
    package var resource: TraceResource
    /// How long a span waits at most for others to be sent with. Defaults to 5 s.
    package var interval = Duration.seconds(5)
    /// For one request. Defaults to 10 s.
    package var timeout = Duration.seconds(10)
    /// Times that one batch is sent at the most, while the collector is away or overloaded. Defaults to 5.
    package var maximumAttempts = 5
    /// The same once it is to stop: whoever stops does not wait for a collector that is away. Defaults to 2.
    package var maximumAttemptsAtStop = 2
    /// Before a batch is sent again. Defaults to 1 s growing to 30 s.
    package var backoff = Backoff(initial: .seconds(1), maximum: .seconds(30))
    /// What a collector asks to wait is heeded up to this. Defaults to 5 min.
    package var maximumRetryAfter = Duration.seconds(300)
    /// How long sending what is left may take at a stop. Defaults to 5 s.
    package var flushTimeout = Duration.seconds(5)
    /// Of the collector's answer. Defaults to 64 KiB.
    package var maximumResponseBytes = 64 << 10

    package init(url: String, resource: TraceResource) {
        self.url = url
        self.resource = resource
    }
}
