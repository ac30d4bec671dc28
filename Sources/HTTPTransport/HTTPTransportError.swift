/// Why there is no response. Carries no secret: the URL is given without user, password and query.
package struct HTTPTransportError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidRequest, cannotResolve, cannotConnect, tlsFailed, timedOut, responseTooLarge
            case connectionLost, invalidResponse, queueFull, cancelled, closed, invalidConfiguration
        }
        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The URL or a header cannot be sent: nothing was.
        package static let invalidRequest = Code(.invalidRequest)
        package static let cannotResolve = Code(.cannotResolve)
        package static let cannotConnect = Code(.cannotConnect)
        package static let tlsFailed = Code(.tlsFailed)
        package static let timedOut = Code(.timedOut)
        /// Body or header lines beyond their bound: the rest was not read.
        package static let responseTooLarge = Code(.responseTooLarge)
        /// Cut in the middle: the server may have done what was asked.
        package static let connectionLost = Code(.connectionLost)
        /// What answered does not speak HTTP.
        package static let invalidResponse = Code(.invalidResponse)
        /// As many exchanges wait for a slot as may: nothing was sent.
        package static let queueFull = Code(.queueFull)
        package static let cancelled = Code(.cancelled)
        /// The transport was shut down.
        package static let closed = Code(.closed)
        /// The transport cannot be made with this configuration.
        package static let invalidConfiguration = Code(.invalidConfiguration)

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
