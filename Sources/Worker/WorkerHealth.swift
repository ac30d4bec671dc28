/// How a worker and what it depends on are, for whoever asks from outside.
package struct WorkerHealth: Sendable, Equatable {
    package enum Phase: String, Sendable {
        /// Has not reached Redis yet.
        case starting
        case working
        /// Takes no more jobs, and finishes those in flight.
        case draining
        case stopped
    }

    package var phase: Phase
    /// Why the lanes are not read or no sign of life arrives: of the very connections that do it, since another one may
    /// work where these do not. Nil while all is well.
    package var redisProblem: String?
    package var storeProblem: String?
    package var embeddingProblem: String?
}
