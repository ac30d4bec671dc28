/// On whose account a call failed. It decides what becomes of the jobs.
enum Blame {
    /// One of its parts is refused, and will be next time.
    case job
    /// The service's, or that of a part that provokes it: which of the two, other calls tell.
    case passing
    /// The service's for certain, whatever it was sent.
    case service
    /// Nobody's.
    case cancelled
}
