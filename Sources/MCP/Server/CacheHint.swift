/// How long a client may keep a result.
struct CacheHint: Sendable, Equatable {
    /// What only changes with the program.
    static let fixed = CacheHint(milliseconds: 3_600_000, isPublic: true)
    /// What only changes with the program and with what the caller may do.
    static let fixedForCaller = CacheHint(milliseconds: 300_000, isPublic: false)
    /// What changes at any time.
    static let stale = CacheHint(milliseconds: 0, isPublic: false)

    let milliseconds: Int
    /// Whether other callers would have been told the same.
    let isPublic: Bool
}
