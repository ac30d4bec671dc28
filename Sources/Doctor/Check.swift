internal import Reactor

/// One look at one thing. It changes nothing, and what it reads is bounded.
protocol Check: Sendable {
    /// As it is printed.
    var name: String { get }

    /// Errors that are no finding of its own may be thrown: the runner tells that it could not look.
    @Reactor func findings() async throws -> [Finding]
}
