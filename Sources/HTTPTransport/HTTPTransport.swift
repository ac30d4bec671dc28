private import Glibc
package import Logging
package import Reactor

/// HTTP/1.1, and HTTP/2 where a server offers it over TLS, by way of libcurl on the reactor's thread. Connections are
/// kept alive and shared by all exchanges of a transport.
///
/// - Certificates and host names are always verified, and TLS is 1.2 or newer.
/// - Redirections are not followed: a 3xx is a response like any other.
/// - A proxy is taken from the environment as libcurl does it: `http_proxy` (lower case only), `HTTPS_PROXY`,
///   `ALL_PROXY`, `NO_PROXY`.
/// - Bodies are passed on as they come: nothing is compressed or decompressed.
///
/// Exchanges beyond the configured number wait in line. Users that must not wait behind each other take a transport
/// each.
@Reactor
package final class HTTPTransport: HTTPClient {
    let configuration: Configuration
    let logger: Logger
    /// None once the transport is shut down.
    var driver: MultiDriver?
    var admission: AdmissionQueue
    var exchanges: [UInt64: Exchange] = [:]
    /// To be used again: as many as ever ran at a time.
    var idleTransfers: [Transfer] = []
    var counts = Statistics()
    private var lastID: UInt64 = 0

    /// Opens no connection yet. Throws `invalidConfiguration`. Ignores SIGPIPE, for the whole process: OpenSSL writes to
    /// sockets in a way that would otherwise end it when the peer has gone.
    package init(
        configuration: Configuration = Configuration(),
        logger: Logger = Logger(label: "memoir.http")
    ) throws(HTTPTransportError) {
        try configuration.validate()
        self.configuration = configuration
        self.logger = logger
        admission = AdmissionQueue(
            maximumRunning: configuration.maximumConcurrentExchanges,
            maximumWaiting: configuration.maximumWaitingExchanges
        )
        signal(SIGPIPE, SIG_IGN)
        do throws(CurlFailure) {
            driver = try MultiDriver(maximumIdleConnections: configuration.maximumIdleConnections) {
                [unowned self] transfer, result in
                transferEnded(transfer, result)
            }
        } catch {
            throw HTTPTransportError(.invalidConfiguration, "libcurl: \(error.message)", url: "HTTP transport")
        }
    }

    isolated deinit {
        shutdown()
    }

    /// Cancelling the task ends the exchange at once, waiting or under way; the server learns of it from its closed
    /// connection, or over HTTP/2 from the reset of the stream, which libcurl may hold back until the next exchange on
    /// that connection. Throws any code of `HTTPTransportError` but `invalidConfiguration`.
    @Reactor
    package func perform(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse {
        let url = try RequestURL(request.url)
        try request.validateHeaders(url: url)
        guard !Task.isCancelled else { throw Self.cancelled(url) }
        lastID += 1
        let id = lastID
        // Where the task is cancelled already, the handler's job still runs after this function has suspended: both
        // need the reactor's thread.
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                begin(id, request, url, continuation)
            }
        } onCancel: {
            Task { @Reactor in self.abandon(id, because: Self.cancelled(url)) }
        }.get()
    }

    /// Ends every exchange with `closed`, closes all connections, and refuses what comes later.
    package func shutdown() {
        guard let driver else { return }
        self.driver = nil
        let ended = exchanges.values
        exchanges = [:]
        for exchange in ended {
            switch exchange.state {
            case .new: break
            case .waiting(let timer): Reactor.loop.cancel(timer)
            case .running(let transfer): driver.remove(transfer)
            }
            answer(exchange, .failure(Self.closed(exchange.url)))
        }
        idleTransfers = []
        driver.close()
    }

    package var statistics: Statistics {
        var statistics = counts
        statistics.waiting = driver == nil ? 0 : admission.waiting
        statistics.inFlight = driver == nil ? 0 : admission.running
        return statistics
    }
}
