/// Why a statement gave no answer. Carries no password and none of the parameters' values, beyond what the server itself
/// puts into its message and detail.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case cannotConnect = "cannot_connect"
            case authenticationFailed = "authentication_failed"
            case connectionLost = "connection_lost"
            case timedOut = "timed_out"
            case cancelled
            case closed
            case busy
            case tooManyRows = "too_many_rows"
            case notListening = "not_listening"
            case invalidConfiguration = "invalid_configuration"
            case invalidStatement = "invalid_statement"
            case server
        }
        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// Nothing was sent: there is no connection to be had. With a `sqlState` where a server answered and refused.
        package static let cannotConnect = Code(.cannotConnect)
        /// The server refuses the user or password.
        package static let authenticationFailed = Code(.authenticationFailed)
        /// Cut after sending: the statement may have run.
        package static let connectionLost = Code(.connectionLost)
        /// Not answered in time: the statement may have run. With `sqlState` 57014 where the server ended it.
        package static let timedOut = Code(.timedOut)
        package static let cancelled = Code(.cancelled)
        /// The client was closed.
        package static let closed = Code(.closed)
        /// Refused here, nothing was sent: another statement runs on this connection, or its rows are not read to the end.
        package static let busy = Code(.busy)
        /// More than `execute` may gather.
        package static let tooManyRows = Code(.tooManyRows)
        package static let notListening = Code(.notListening)
        package static let invalidConfiguration = Code(.invalidConfiguration)
        /// Refused here, nothing was sent: PostgreSQL cannot take it, or this client does not do it.
        package static let invalidStatement = Code(.invalidStatement)
        /// The server's own error: see `sqlState`.
        package static let server = Code(.server)

        package var description: String { kind.rawValue }
    }

    package let code: Code
    package let message: String
    /// The five characters of the server's error, as in the appendix "PostgreSQL Error Codes" of its manual; nil where it
    /// was not the server that said it.
    package let sqlState: String?
    package let detail: String?
    package let hint: String?
    /// Of the character in the statement that the server points at, from 1.
    package let position: Int?

    package init(
        _ code: Code,
        _ message: String,
        sqlState: String? = nil,
        detail: String? = nil,
        hint: String? = nil,
        position: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.detail = detail
        self.hint = hint
        self.position = position
    }

    /// Whether the same statement may succeed later without a change of anything: faults of the connection, sessions that
    /// the server ends as they were idle, and states that it passes through (starting, stopping, out of connections,
    /// memory or disk, a deadlock).
    package var isPassing: Bool {
        if let sqlState { return Self.isPassing(sqlState) }
        switch code {
        case .cannotConnect, .connectionLost, .timedOut, .busy: return true
        default: return false
        }
    }

    private static func isPassing(_ sqlState: String) -> Bool {
        let passing: Set<String> = ["57P01", "57P02", "57P03", "57P05", "25P03", "40001", "40P01"]
        return sqlState.hasPrefix("08") || sqlState.hasPrefix("53") || passing.contains(sqlState)
    }

    package var description: String {
        var text = message
        if let detail { text += "; \(detail)" }
        if let hint { text += "; \(hint)" }
        return "\(text) (\(sqlState ?? code.description))"
    }
}
