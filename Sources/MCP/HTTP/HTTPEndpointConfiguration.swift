/// The bounds of an endpoint.
package struct HTTPEndpointConfiguration: Sendable {
    /// Of a request; defaults to 1 MiB.
    package var maximumBodyBytes = 1 << 20
    /// Requests that are worked on at once, of all callers; defaults to 1,000.
    package var maximumCalls = 1_000
    /// Open streams of `subscriptions/listen`; defaults to 1,000.
    package var maximumSubscriptions = 1_000
    /// Of the handshake era; defaults to 10,000.
    package var maximumSessions = 10_000
    /// How long a session lives that is not used; defaults to an hour.
    package var sessionIdleTimeout = Duration.seconds(3_600)
    /// Messages in one batch; defaults to 100.
    package var maximumBatch = 100
    /// How often a stream says that it lives; defaults to 15 seconds.
    package var keepAlive = Duration.seconds(15)

    package init() {}
}
