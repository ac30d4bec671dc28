internal import CCurl
internal import Logging
internal import Reactor

/// The life of an exchange: it begins, may wait, runs, and is answered exactly once, by whichever of its end, its
/// deadline, its cancellation and the shutdown comes first and takes it out of `exchanges`.
extension HTTPTransport {
    func begin(
        _ id: UInt64,
        _ request: HTTPRequest,
        _ url: RequestURL,
        _ continuation: CheckedContinuation<Exchange.Outcome, Never>
    ) {
        let deadline = ContinuousClock.now + request.timeout.boundedToADay
        let exchange = Exchange(request: request, url: url, deadline: deadline, continuation: continuation)
        guard driver != nil else {
            return answer(exchange, .failure(Self.closed(url)))
        }
        switch admission.arrived(id) {
        case .start:
            exchanges[id] = exchange
            if !start(id) { passOnSlot() }
        case .wait:
            exchanges[id] = exchange
            exchanges[id]?.state = .waiting(
                Reactor.loop.schedule(at: deadline) { [weak self] in
                    self?.abandon(id, because: Self.timedOutWaiting(url))
                }
            )
        case .refuse:
            answer(exchange, .failure(queueFull(url)))
        }
    }

    /// Ends an exchange that is not wanted any more. Nothing to do where it has been answered already.
    func abandon(_ id: UInt64, because error: HTTPTransportError) {
        guard let exchange = exchanges.removeValue(forKey: id) else { return }
        switch exchange.state {
        case .new:
            preconditionFailure("exchange \(id) was neither started nor put in line")
        case .waiting(let timer):
            Reactor.loop.cancel(timer)
            admission.abandoned(id)
        case .running(let transfer):
            retire(transfer)
            passOnSlot()
        }
        answer(exchange, .failure(error))
    }

    /// The multi has carried out a transfer, or found that it could not.
    func transferEnded(_ transfer: Transfer, _ result: CURLcode) {
        guard let exchange = exchanges.removeValue(forKey: transfer.exchange) else {
            preconditionFailure("transfer of exchange \(transfer.exchange) ended, which was answered before")
        }
        let outcome: Exchange.Outcome =
            result == CURLE_OK ? .success(transfer.response()) : .failure(transfer.error(result, url: exchange.url))
        retire(transfer)
        passOnSlot()
        answer(exchange, outcome)
    }

    /// Gives the slot of an exchange that ended to the next in line that can use it.
    private func passOnSlot() {
        while let next = admission.ended() {
            if start(next) { return }
        }
    }

    /// Whether the exchange, which holds a slot, is under way. Otherwise it has been answered with an error.
    private func start(_ id: UInt64) -> Bool {
        guard let driver, let exchange = exchanges[id] else {
            preconditionFailure("exchange \(id) was given a slot, but is not there")
        }
        if case .waiting(let timer) = exchange.state { Reactor.loop.cancel(timer) }
        let timeLeft = ContinuousClock.now.duration(to: exchange.deadline)
        guard timeLeft > .zero else {
            exchanges[id] = nil
            answer(exchange, .failure(Self.timedOutWaiting(exchange.url)))
            return false
        }
        do throws(CurlFailure) {
            let transfer = try idleTransfer()
            try transfer.prepare(
                exchange.request,
                to: exchange.url,
                exchange: id,
                timeout: timeLeft,
                configuration: configuration
            )
            try driver.add(transfer)
            exchanges[id]?.state = .running(transfer)
            return true
        } catch {
            // The transfer goes with its handle: what libcurl refused may be in any state.
            exchanges[id] = nil
            answer(exchange, .failure(HTTPTransportError(error.code, detail: "", url: exchange.url.redacted)))
            return false
        }
    }

    private func idleTransfer() throws(CurlFailure) -> Transfer {
        guard let transfer = idleTransfers.popLast() else { return try Transfer() }
        return transfer
    }

    /// Takes the transfer from the multi, which ends it if it is under way, and keeps it for the next exchange.
    private func retire(_ transfer: Transfer) {
        counts.connectionsOpened += transfer.easy.openedConnections
        driver?.remove(transfer)
        transfer.recycle()
        idleTransfers.append(transfer)
    }

    func answer(_ exchange: Exchange, _ outcome: Exchange.Outcome) {
        switch outcome {
        case .success(let response):
            counts.responses += 1
            logger.trace(
                "http_exchange_finished",
                metadata: [
                    "method": "\(exchange.request.method.rawValue)", "url": "\(exchange.url.redacted)",
                    "status": "\(response.status)", "bytes": "\(response.body.count)",
                ]
            )
        case .failure(let error):
            counts.failures += 1
            logger.debug(
                "http_exchange_failed",
                metadata: [
                    "method": "\(exchange.request.method.rawValue)", "url": "\(error.url)", "code": "\(error.code)",
                    "error": "\(error.message)",
                ]
            )
        }
        exchange.continuation.resume(returning: outcome)
    }
}

// MARK: Errors of the transport's own

extension HTTPTransport {
    static func cancelled(_ url: RequestURL) -> HTTPTransportError {
        HTTPTransportError(.cancelled, "the task was cancelled", url: url.redacted)
    }

    static func closed(_ url: RequestURL) -> HTTPTransportError {
        HTTPTransportError(.closed, "the transport was shut down", url: url.redacted)
    }

    private static func timedOutWaiting(_ url: RequestURL) -> HTTPTransportError {
        HTTPTransportError(
            .timedOut,
            "no slot became free before the request's timeout; raise maximumConcurrentExchanges or send less at a time",
            url: url.redacted
        )
    }

    private func queueFull(_ url: RequestURL) -> HTTPTransportError {
        HTTPTransportError(
            .queueFull,
            "\(configuration.maximumWaitingExchanges) exchanges are waiting for a slot already; send less at a time",
            url: url.redacted
        )
    }
}
