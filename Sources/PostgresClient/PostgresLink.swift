internal import CPQ
internal import Reactor

@Reactor
protocol PostgresLinkOwner: AnyObject {
    func notified(_ notification: PostgresNotification)
    func noticed(severity: String, message: String)
    /// The link broke while no statement ran; the owner closes it.
    func lostWhileIdle(_ error: PostgresError)
}

/// A session on one socket: statements out, results in. It knows nothing of whom they are for.
///
/// Input is read while somebody waits for a result, or while no statement runs. In between the kernel's buffer fills, and
/// the server waits: so a reader that is slower than the server holds no more than libpq read at once.
@Reactor
final class PostgresLink: ReadinessHandler {
    private var handle: ServerHandle?
    private var registration: Registration?
    private var interest: Readiness = []
    private let waiter = SingleWaiter()
    private weak var owner: (any PostgresLinkOwner)?
    private var isConnecting = true
    private var waitsForWritability = false
    /// Whether no statement runs.
    private(set) var isIdle = false
    /// Why the session is over. Results that came before are still there to be taken.
    private(set) var failure: PostgresError?
    /// What the server's `statement_timeout` is set to.
    var statementTimeout: Duration?

    init(connectingWith parameters: [ConnectionParameter], owner: any PostgresLinkOwner) throws(PostgresError) {
        handle = try ServerHandle(connectingWith: parameters)
        self.owner = owner
    }

    isolated deinit {
        close()
    }

    /// Ends the session. What waits ends with `failure`.
    func close(_ error: PostgresError = PostgresError(.closed, "the connection was closed")) {
        if failure == nil { failure = error }
        unwatch()
        handle = nil
        owner = nil
        waiter.signal()
    }

    // MARK: Connecting

    func establish(until deadline: ContinuousClock.Instant, timeout: Duration) async throws(PostgresError) {
        guard let pointer = handle?.pointer else { throw closedError }
        // Unretained: this object owns the handle and outlives it.
        PQsetNoticeReceiver(pointer, receiveNotice, Unmanaged.passUnretained(self).toOpaque())
        // The only way to learn the SQLSTATE of a refusal.
        PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
        guard PQstatus(pointer) != CONNECTION_BAD else { throw connectError(pointer) }
        var polling = PGRES_POLLING_WRITING
        while polling != PGRES_POLLING_OK {
            guard polling != PGRES_POLLING_FAILED else { throw connectError(pointer) }
            try watch(polling == PGRES_POLLING_READING ? .read : .write)
            let wake = await waiter.wait(until: deadline)
            guard handle != nil else { throw closedError }
            switch wake {
            case .signalled: break
            case .timedOut: throw PostgresError(.cannotConnect, "no answer within \(timeout)")
            case .cancelled: throw Self.cancelled
            }
            // libpq may close the socket in here and open another, with the same number even.
            unwatch()
            polling = PQconnectPoll(pointer)
        }
        PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
        guard PQsetnonblocking(pointer, 1) == 0 else { throw connectError(pointer) }
        isConnecting = false
        isIdle = true
        try watch(.read)
    }

    /// As the server says it; empty where it does not.
    var serverEncoding: String {
        guard let pointer = handle?.pointer, let value = PQparameterStatus(pointer, "server_encoding") else {
            return ""
        }
        return String(cString: value)
    }

    private func connectError(_ pointer: OpaquePointer) -> PostgresError {
        PostgresError(
            connecting: String(cString: PQerrorMessage(pointer)),
            needsPassword: PQconnectionNeedsPassword(pointer) == 1
        )
    }

    // MARK: Statements

    /// Sends a statement whose results come row by row.
    func send(_ sql: String, _ parameters: [String?]) throws(PostgresError) {
        let values = CStringArray(parameters)
        try send { pointer in
            PQsendQueryParams(pointer, sql, Int32(parameters.count), nil, values.pointers, nil, nil, 0) == 1
                && PQsetSingleRowMode(pointer) == 1
        }
    }

    /// Has the server look at a statement, which does not run.
    func sendPrepare(_ sql: String) throws(PostgresError) {
        try send { pointer in PQsendPrepare(pointer, "", sql, 0, nil) == 1 }
    }

    func sendDescribe() throws(PostgresError) {
        try send { pointer in PQsendDescribePrepared(pointer, "") == 1 }
    }

    private func send(_ call: (OpaquePointer) -> Bool) throws(PostgresError) {
        guard let pointer = handle?.pointer, failure == nil else { throw failure ?? closedError }
        isIdle = false
        guard call(pointer) else {
            throw PostgresError(.connectionLost, String(cString: PQerrorMessage(pointer)))
        }
        flush(pointer)
    }

    /// Whether `takeResult` gives the next result, or the end, without waiting.
    var isResultReady: Bool {
        guard let pointer = handle?.pointer else { return false }
        return PQisBusy(pointer) == 0
    }

    /// Only while `isResultReady`. nil at the statement's end.
    func takeResult() -> ResultHandle? {
        guard let pointer = handle?.pointer, let result = PQgetResult(pointer) else { return nil }
        return ResultHandle(result)
    }

    /// The next result of the statement; nil at its end.
    func result(until deadline: ContinuousClock.Instant?) async throws(PostgresError) -> ResultHandle? {
        while true {
            if isResultReady { return takeResult() }
            if let failure { throw failure }
            try watch(waitsForWritability ? [.read, .write] : .read)
            switch await waiter.wait(until: deadline) {
            case .signalled: break
            case .timedOut: throw PostgresError(.timedOut, "no answer from the server in time")
            case .cancelled: throw Self.cancelled
            }
        }
    }

    /// Reads a statement to its end and keeps nothing but the last result before it.
    ///
    /// - Throws: the statement's error, when all is read.
    func lastResult(until deadline: ContinuousClock.Instant?) async throws(PostgresError) -> ResultHandle? {
        var last: ResultHandle?
        var error: PostgresError?
        while let result = try await result(until: deadline) {
            guard !result.isCopy else { throw Self.copyError }
            if result.isError { error = error ?? PostgresError(failed: result) }
            last = consume result
        }
        if let error { throw error }
        return last
    }

    /// After the end of a statement: input is read again by itself.
    func becomeIdle() {
        isIdle = true
        takeNotifications()
        guard failure == nil else { return }
        do throws(PostgresError) {
            try watch(.read)
        } catch {
            fail(error)
        }
    }

    /// What asks the server to end the running statement, or nil where there is none to ask.
    func cancelRequest() -> CancelRequest? {
        guard let pointer = handle?.pointer else { return nil }
        return CancelRequest(pointer)
    }

    static var cancelled: PostgresError { PostgresError(.cancelled, "the task was cancelled") }
    static var copyError: PostgresError { PostgresError(.invalidStatement, "COPY is not supported") }
    private var closedError: PostgresError { PostgresError(.closed, "the connection was closed") }

    // MARK: Input and output

    func descriptorReady(_ readiness: Readiness) {
        guard !isConnecting else { return waiter.signal() }
        guard let pointer = handle?.pointer else { return unwatch() }
        if readiness.contains(.write) { flush(pointer) }
        guard readiness.contains(.read) || readiness.contains(.hangup), failure == nil else { return }
        if isIdle || waiter.isWaiting { consume(pointer) } else { pause(readiness) }
    }

    private func consume(_ pointer: OpaquePointer) {
        repeat {
            guard PQconsumeInput(pointer) == 1 else {
                return fail(PostgresError(.connectionLost, handle?.errorMessage ?? ""))
            }
        } while memoir_tls_pending(pointer) > 0 && (isIdle || PQisBusy(pointer) == 1)
        takeNotifications()
        if PQisBusy(pointer) == 0 { waiter.signal() }
    }

    /// libpq reads input meanwhile: a server that waits for us to read would else never take what we send.
    private func flush(_ pointer: OpaquePointer) {
        switch PQflush(pointer) {
        case 0: waitsForWritability = false
        case 1: waitsForWritability = true
        default: return fail(PostgresError(.connectionLost, handle?.errorMessage ?? ""))
        }
        do throws(PostgresError) {
            try watch(waitsForWritability ? [.read, .write] : .read)
        } catch {
            fail(error)
        }
    }

    /// Nobody wants input now. A hang-up is reported as long as the descriptor is watched at all.
    private func pause(_ readiness: Readiness) {
        guard !readiness.contains(.hangup) else { return unwatch() }
        do throws(PostgresError) {
            try watch(waitsForWritability ? .write : [])
        } catch {
            fail(error)
        }
    }

    private func takeNotifications() {
        guard let pointer = handle?.pointer else { return }
        while let notification = PQnotifies(pointer) {
            let copy = PostgresNotification(
                channel: String(cString: notification.pointee.relname),
                payload: String(cString: notification.pointee.extra),
                processID: notification.pointee.be_pid
            )
            PQfreemem(notification)
            owner?.notified(copy)
        }
    }

    fileprivate func noticed(severity: String, message: String) {
        owner?.noticed(severity: severity, message: message)
    }

    private func fail(_ error: PostgresError) {
        guard failure == nil else { return }
        failure = error
        unwatch()
        waiter.signal()
        if isIdle { owner?.lostWhileIdle(error) }
    }

    private func watch(_ wanted: Readiness) throws(PostgresError) {
        guard registration == nil || interest != wanted, let pointer = handle?.pointer else { return }
        do throws(ReactorError) {
            if let registration {
                try Reactor.loop.modify(registration, for: wanted)
            } else {
                registration = try Reactor.loop.register(PQsocket(pointer), for: wanted, handler: self)
            }
            interest = wanted
        } catch {
            throw PostgresError(.connectionLost, "\(error)")
        }
    }

    private func unwatch() {
        if let registration { Reactor.loop.deregister(registration) }
        registration = nil
    }
}

/// `context` is the link, unretained.
private func receiveNotice(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
    guard let context, let result else { return }
    func field(_ field: Int32) -> String {
        PQresultErrorField(result, field).map { String(cString: $0) } ?? ""
    }
    let severity = field(MEMOIR_DIAG_SEVERITY)
    let message = field(MEMOIR_DIAG_MESSAGE)
    let address = UInt(bitPattern: context)
    Reactor.assumeIsolated {
        guard let context = UnsafeRawPointer(bitPattern: address) else { return }
        Unmanaged<PostgresLink>.fromOpaque(context).takeUnretainedValue().noticed(severity: severity, message: message)
    }
}
