/// Why there is no response. Carries no secret: the URL is given without user, password and query.
package struct HTTPTransportError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidRequest, cannotResolve, cannotConnect, tlsFailed, timedOut, responseTooLarge
            case connectionLost, cancelled, closed
        }
        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The URL or a header cannot be sent: nothing was.
        package static let invalidRequest = Code(.invalidRequest)
        package static let cannotResolve = Code(.cannotResolve)
        package static let cannotConnect = Code(.cannotConnect)
        package static let tlsFailed = Code(.tlsFailed)
        package static let timedOut = Code(.timedOut)
        package static let responseTooLarge = Code(.responseTooLarge)
        /// Cut in the middle: the server may have done what was asked.
        package static let connectionLost = Code(.connectionLost)
        package static let cancelled = Code(.cancelled)
        /// The transport was shut down.
        package static let closed = Code(.closed)

        package var description: String { kind.rawValue }
    }

    package let code: Code
    package let message: String
    package let url: String

    package init(_ code: Code, _ message: String, url: String) {
        self.code = code
        self.message = message
        self.url = url
    }

    package var description: String { "\(url): \(message) (\(code))" }
}
