internal import CCurl
internal import Reactor

/// Runs a multi on the event loop through libcurl's socket interface: libcurl says which sockets to watch and when to
/// call again, the loop tells what is ready and due (https://curl.se/libcurl/c/curl_multi_socket_action.html).
///
/// libcurl is entered in one of three ways: when a socket is ready, when the timer fires, and at the end of a turn in
/// which its timeout came due, which is what adding a transfer brings about. So all transfers begun in one turn are sent
/// by one call, and no callback ever calls libcurl.
@Reactor
final class MultiDriver: TurnEndHandler {
    /// A bound on the calls in one turn, so that a timeout of 0 asked for over and over never starves other sockets.
    private static let maximumActionsPerTurn = 4

    private let multi: MultiHandle
    private let ended: @Reactor (Transfer, CURLcode) -> Void
    private var sockets: [Int32: WatchedSocket] = [:]
    /// When libcurl wants to be called, as it said last.
    private var timeout: ContinuousClock.Instant?
    /// Never later than `timeout`. It may be earlier, since libcurl moves its timeout with nearly every exchange: the
    /// timer then finds nothing due and is set anew.
    private var timer: (token: TimerToken, deadline: ContinuousClock.Instant)?
    private var isEnrolled = false

    /// `ended` is told of each transfer that came to its end, once; it removes the transfer and may add others.
    init(maximumIdleConnections: Int, ended: @escaping @Reactor (Transfer, CURLcode) -> Void) throws(CurlFailure) {
        multi = try MultiHandle(maximumIdleConnections: maximumIdleConnections)
        self.ended = ended
        // Unretained: the handle goes with this object, its owner.
        multi.setCallbacks(
            socket: socketCallback,
            timer: timerCallback,
            context: Unmanaged.passUnretained(self).toOpaque()
        )
    }

    func add(_ transfer: Transfer) throws(CurlFailure) {
        try multi.add(transfer.easy)
    }

    /// Ends the transfer if it is under way.
    func remove(_ transfer: Transfer) {
        multi.remove(transfer.easy)
    }

    /// After all transfers were removed: nothing is called any more.
    func close() {
        for socket in sockets.values { socket.unwatch() }
        sockets = [:]
        timeout = nil
        setTimer()
    }

    // MARK: What the loop brings

    func socketReady(_ descriptor: Int32, _ readiness: Readiness) {
        var events: Int32 = 0
        if readiness.contains(.read) { events |= CURL_CSELECT_IN }
        if readiness.contains(.write) { events |= CURL_CSELECT_OUT }
        // Reading or writing then tells what happened; CURL_CSELECT_ERR would only say that something did.
        if readiness.contains(.hangup) { events |= CURL_CSELECT_IN | CURL_CSELECT_OUT }
        multi.act(on: descriptor, events: events)
        drain()
    }

    func turnEnded() {
        for _ in 0..<Self.maximumActionsPerTurn {
            guard let timeout, timeout <= .now else { break }
            // libcurl takes it for fired, and says so anew when it wants another.
            self.timeout = nil
            multi.actOnTimeout()
            drain()
        }
        isEnrolled = false
        if let timeout, timeout <= .now {
            enrol()
        } else {
            setTimer()
        }
    }

    private func enrol() {
        guard !isEnrolled else { return }
        isEnrolled = true
        Reactor.loop.atTurnEnd(self)
    }

    private func setTimer() {
        if let timer, timeout.map({ $0 < timer.deadline }) ?? true {
            Reactor.loop.cancel(timer.token)
            self.timer = nil
        }
        guard let timeout, timer == nil else { return }
        let token = Reactor.loop.schedule(at: timeout) { [weak self] in
            guard let self else { return }
            self.timer = nil
            enrol()
        }
        timer = (token, timeout)
    }

    private func drain() {
        while let (context, result) = multi.nextEnded() {
            ended(Transfer.from(context), result)
        }
    }

    // MARK: What libcurl's callbacks bring

    fileprivate func socketInterestChanged(_ descriptor: Int32, _ interest: Readiness?) {
        guard let interest else {
            sockets.removeValue(forKey: descriptor)?.unwatch()
            return
        }
        if let socket = sockets[descriptor] {
            socket.watch(for: interest)
        } else {
            let socket = WatchedSocket(descriptor, driver: self)
            sockets[descriptor] = socket
            socket.watch(for: interest)
        }
    }

    fileprivate func timeoutChanged(milliseconds: Int) {
        timeout = milliseconds < 0 ? nil : ContinuousClock.now + .milliseconds(milliseconds)
        enrol()
    }

    fileprivate nonisolated static func from(_ context: UnsafeMutableRawPointer?) -> MultiDriver {
        guard let context else { preconditionFailure("libcurl called back without context") }
        return Unmanaged<MultiDriver>.fromOpaque(context).takeUnretainedValue()
    }
}

// Both are called on the reactor's thread, from within any call of the multi. They record and never call libcurl.

private func socketCallback(
    _ easy: UnsafeMutableRawPointer?,
    _ socket: curl_socket_t,
    _ what: Int32,
    _ context: UnsafeMutableRawPointer?,
    _ socketContext: UnsafeMutableRawPointer?
) -> Int32 {
    let driver = MultiDriver.from(context)
    let interest: Readiness? =
        switch what {
        case CURL_POLL_IN: .read
        case CURL_POLL_OUT: .write
        case CURL_POLL_INOUT: [.read, .write]
        default: nil
        }
    Reactor.assumeIsolated { driver.socketInterestChanged(socket, interest) }
    return 0
}

private func timerCallback(
    _ multi: UnsafeMutableRawPointer?,
    _ milliseconds: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    let driver = MultiDriver.from(context)
    Reactor.assumeIsolated { driver.timeoutChanged(milliseconds: milliseconds) }
    return 0
}
