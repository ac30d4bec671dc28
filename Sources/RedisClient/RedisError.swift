/// Why a command gave no value. Carries no password.
package struct RedisError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case cannotConnect = "cannot_connect"
            case authenticationFailed = "authentication_failed"
            case connectionLost = "connection_lost"
            case timedOut = "timed_out"
            case tooManyInFlight = "too_many_in_flight"
            case cancelled
            case closed
            case protocolViolation = "protocol_violation"
            case unexpectedReply = "unexpected_reply"
            case server
        }
        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// Nothing was sent: no connection could be made before the command's deadline.
        package static let cannotConnect = Code(.cannotConnect)
        /// As `cannotConnect`, and the server refuses the user or password.
        package static let authenticationFailed = Code(.authenticationFailed)
        /// Cut after sending: the command may have run.
        package static let connectionLost = Code(.connectionLost)
        /// Sent, but not answered in time: the command may have run.
        package static let timedOut = Code(.timedOut)
        /// Refused here, nothing was sent: the bound on commands in flight is reached.
        package static let tooManyInFlight = Code(.tooManyInFlight)
        package static let cancelled = Code(.cancelled)
        /// The client was closed.
        package static let closed = Code(.closed)
        package static let protocolViolation = Code(.protocolViolation)
        package static let unexpectedReply = Code(.unexpectedReply)
        /// The server's own error: see `serverCode`.
        package static let server = Code(.server)

        package var description: String { kind.rawValue }
    }

    package let code: Code
    package let message: String
    /// The first word of a server's error: `NOGROUP`, `OOM`, `READONLY`, `ERR`; nil for the rest.
    package let serverCode: String?

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        serverCode = nil
    }

    package init(server message: String) {
        code = .server
        self.message = message
        serverCode = String(message.prefix { $0 != " " })
    }

    /// Whether the same command may succeed later without a change of the command: the connection's faults, and the
    /// states that a server passes through (loading its data, a failover, a busy script, a full memory or disk). `UNBLOCKED`
    /// ends a blocking read when its server becomes a replica.
    package var isPassing: Bool {
        switch code {
        case .cannotConnect, .authenticationFailed, .connectionLost, .timedOut, .tooManyInFlight: true
        case .server: serverCode.map { Self.passingCodes.contains($0) } ?? false
        default: false
        }
    }

    /// Whether the server says that it is the wrong one or does not know us: after a failover the endpoint's name leads to
    /// another, and a fresh connection says again who we are. Waiting on the same connection would mend nothing.
    var callsForAnotherConnection: Bool {
        serverCode == "READONLY" || serverCode == "MASTERDOWN" || serverCode == "NOAUTH"
    }

    private static let passingCodes: Set<String> = [
        "LOADING", "READONLY", "MASTERDOWN", "UNBLOCKED", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "OOM", "NOAUTH", "MISCONF",
        "NOREPLICAS",
    ]

    package var description: String { code == .server ? message : "\(message) (\(code))" }
}
