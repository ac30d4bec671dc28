private import Glibc

extension HTTPTransport {
    /// The bounds and the trust of one transport. What belongs to a single exchange (its deadline, the size of its
    /// response) stands in `HTTPRequest`.
    package struct Configuration: Sendable {
        /// From the start of a connection to the end of its TLS handshake, name resolution included. Defaults to 5
        /// seconds. The exchange's own timeout, where it is shorter, wins.
        package var connectTimeout: Duration = .seconds(5)

        /// Connections kept open for later exchanges, over all hosts; the one idle for longest is closed first.
        /// Defaults to 64. Below `maximumConcurrentExchanges`, connections are closed and opened again under load.
        package var maximumIdleConnections: Int = 64

        /// An idle connection older than this is not used again. Defaults to 60 seconds.
        package var maximumIdleTime: Duration = .seconds(60)

        /// Exchanges under way at a time, over all hosts; later ones wait in the order they came. Defaults to 64.
        package var maximumConcurrentExchanges: Int = 64

        /// Exchanges that wait for a slot; one more is refused with `queueFull`. Defaults to 10,000. The wait counts
        /// against the exchange's own timeout.
        package var maximumWaitingExchanges: Int = 10_000

        /// Bytes of all header lines of one response together, interim responses included. Defaults to 64 KiB. More
        /// ends the exchange with `responseTooLarge`.
        package var maximumHeaderBytes: Int = 64 << 10

        /// Value of the `User-Agent` header. Defaults to `memoir`.
        package var userAgent: String = "memoir"

        /// PEM file of the certificate authorities to trust instead of the system's. Defaults to none: the system's.
        package var certificateAuthorityFile: String?

        package init() {}
    }
}

extension HTTPTransport.Configuration {
    func validate() throws(HTTPTransportError) {
        let bounds = [
            ("maximumIdleConnections", maximumIdleConnections),
            ("maximumConcurrentExchanges", maximumConcurrentExchanges),
            ("maximumHeaderBytes", maximumHeaderBytes),
        ]
        for (name, value) in bounds where !(1...Int(Int32.max)).contains(value) {
            throw invalid("\(name) must be from 1 to \(Int32.max), not \(value)")
        }
        guard maximumWaitingExchanges >= 0 else {
            throw invalid("maximumWaitingExchanges must not be negative")
        }
        guard connectTimeout > .zero, maximumIdleTime > .zero else {
            throw invalid("connectTimeout and maximumIdleTime must be positive")
        }
        guard !userAgent.utf8.contains(where: HTTPRequest.isForbiddenInHeader) else {
            throw invalid("userAgent must not contain line breaks or NUL")
        }
        if let file = certificateAuthorityFile, access(file, R_OK) != 0 {
            throw invalid("cannot read the certificate authority file \(file): \(String(cString: strerror(errno)))")
        }
    }

    private func invalid(_ message: String) -> HTTPTransportError {
        HTTPTransportError(.invalidConfiguration, message, url: "HTTP transport")
    }
}
