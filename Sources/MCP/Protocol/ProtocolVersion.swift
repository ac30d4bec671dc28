/// A revision of the specification, named by its date.
///
/// Those of the handshake era open with `initialize`, and over HTTP with a session; since 2026-07-28 every request
/// says all that there is to know about it in its `_meta`.
package enum ProtocolVersion: String, Sendable, CaseIterable {
    case v2025March = "2025-03-26"
    case v2025June = "2025-06-18"
    case v2025November = "2025-11-25"
    case v2026July = "2026-07-28"

    /// Of the handshake era: what a client is offered that asks for one that is not known here.
    package static let newestOfHandshake = v2025November
    /// As `server/discover` and error -32022 list them, newest first: a client that knows none of the newer era goes on
    /// with `initialize` where it finds one that it knows.
    package static let supported: [ProtocolVersion] = allCases.reversed()

    package var isStateless: Bool { self == .v2026July }
    /// Titles, schemas of results and structured results came with 2025-06-18.
    var hasStructuredContent: Bool { self != .v2025March }
    /// Batches came with 2025-03-26 and left with the next revision.
    var hasBatches: Bool { self == .v2025March }
}
