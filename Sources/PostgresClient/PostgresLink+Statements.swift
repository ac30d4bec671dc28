internal import CPQ
internal import Reactor

extension PostgresLink {
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
        awaiting += 1
        defer { awaiting -= 1 }
        while true {
            if isResultReady { return takeResult() }
            if let failure { throw failure }
            // Of this the socket says nothing.
            if consumePending() { continue }
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
        consumePending()
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
    var closedError: PostgresError { PostgresError(.closed, "the connection was closed") }
}
