extension HTTPTransport {
    /// What a transport does now and has done since it was made.
    package struct Statistics: Sendable, Equatable {
        /// Exchanges under way.
        package var inFlight = 0
        /// Exchanges that wait for a slot.
        package var waiting = 0
        /// Exchanges that ended with a response.
        package var responses = 0
        /// Exchanges that ended without one, cancelled ones included.
        package var failures = 0
        /// Connections opened for exchanges that have ended: far fewer than these where keep-alive works.
        package var connectionsOpened = 0

        package init() {}
    }
}
