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
final class PostgresLink {
    var handle: ServerHandle?
    var registration: Registration?
    var interest: Readiness = []
    let waiter = SingleWaiter()
    weak var owner: (any PostgresLinkOwner)?
    var isConnecting = true
    var waitsForWritability = false
    /// Who wait for a result: for a moment there are two, when one takes over from another.
    var awaiting = 0
    /// Whether no statement runs.
    var isIdle = false
    /// Why the session is over. Results that came before are still there to be taken.
    var failure: PostgresError?
    /// What the server's `statement_timeout` is set to.
    var statementTimeout: Duration?
    var isTimeoutKnown = false

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

    var isInTransaction: Bool { transaction == PQTRANS_INTRANS || transaction == PQTRANS_INERROR }
    /// Whether the server takes nothing but the transaction's end.
    var isTransactionFailed: Bool { transaction == PQTRANS_INERROR }
    private var transaction: PGTransactionStatusType { PQtransactionStatus(handle?.pointer) }

    private func connectError(_ pointer: OpaquePointer) -> PostgresError {
        PostgresError(
            connecting: String(cString: PQerrorMessage(pointer)),
            needsPassword: PQconnectionNeedsPassword(pointer) == 1
        )
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
        Unmanaged<PostgresLink>.fromOpaque(context).takeUnretainedValue().owner?.noticed(
            severity: severity,
            message: message
        )
    }
}
