package import Logging
package import Reactor

/// A session with PostgreSQL that connects when it is needed and again after it was lost. Callers retry: a call makes one
/// attempt, and its error says whether another makes sense (`isPassing`).
///
/// It runs one statement at a time. A second one is refused with `busy` while the first runs or its rows are not read to
/// the end: to wait for it would be for ever where the same task holds those rows.
///
/// Cancelling the task ends the statement on the server. What the server still sends is thrown away meanwhile; the next
/// call waits for that, at most `cancelTimeout`, after which the connection is given up and made anew.
@Reactor
package final class PostgresConnection {
    package let configuration: PostgresConfiguration
    let logger: Logger
    private var state = ConnectionState()
    private var link: PostgresLink?
    private var drain: Task<Void, Never>?
    let inbox: NotificationInbox

    package init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        inbox = NotificationInbox(capacity: configuration.maximumNotifications)
    }

    isolated deinit {
        link?.close()
    }

    package var isConnected: Bool { link != nil }

    /// Connects unless it is connected. Every other call does so by itself.
    package func connect() async throws(PostgresError) {
        let link = try await begin()
        ended(link)
    }

    /// For good: what runs ends with `closed`.
    package func close() {
        state.close()
        let error = PostgresError(.closed, "the PostgreSQL client is closed")
        link?.close(error)
        link = nil
        inbox.lost(error)
    }

    /// The rows of a statement, one by one as they are read.
    ///
    /// - Parameters:
    ///   - sql: one statement, with `$1`, `$2`, … for the parameters.
    ///   - parameters: in PostgreSQL's text form; nil for NULL.
    ///   - timeout: instead of the configuration's `statementTimeout`, for the statement with all its rows.
    package func query(
        _ sql: String,
        _ parameters: [String?] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresRows {
        try Self.check(sql, parameters)
        let link = try await begin()
        do throws(PostgresError) {
            try await setTimeout(timeout ?? configuration.statementTimeout, on: link)
            try link.send(sql, parameters)
        } catch {
            throw failed(error, link)
        }
        let rows = PostgresRows(connection: self, link: link)
        try await rows.readAhead()
        return rows
    }

    /// All rows of a statement, at most `maximumRows` of together `maximumResultBytes`.
    package func execute(
        _ sql: String,
        _ parameters: [String?] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresResult {
        let rows = try await query(sql, parameters, timeout: timeout)
        var result = PostgresResult(columns: rows.columns)
        var bytes = 0
        while try await rows.next() {
            let row = rows.columns.indices.map { rows.string($0) }
            bytes += row.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
            guard result.rows.count < configuration.maximumRows, bytes <= configuration.maximumResultBytes else {
                await rows.cancel()
                throw PostgresError(
                    .tooManyRows,
                    "more than \(configuration.maximumRows) rows or \(configuration.maximumResultBytes) bytes"
                )
            }
            result.rows.append(row)
        }
        result.affectedRows = rows.affectedRows
        return result
    }

    /// The columns that a statement would give. It is parsed and planned against the tables there are, and does not run.
    package func describe(_ sql: String, timeout: Duration? = nil) async throws(PostgresError) -> [PostgresColumn] {
        try Self.check(sql, [])
        let link = try await begin()
        let limit = timeout ?? configuration.statementTimeout
        do throws(PostgresError) {
            try await setTimeout(limit, on: link)
            let deadline = deadline(after: limit)
            try link.sendPrepare(sql)
            _ = try await link.lastResult(until: deadline)
            try link.sendDescribe()
            let columns = try await link.lastResult(until: deadline)?.columns ?? []
            ended(link)
            return columns
        } catch {
            throw failed(error, link)
        }
    }

    /// As a part of a statement's text: a name is no parameter.
    package nonisolated static func quoted(identifier: String) -> String {
        "\"\(identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }

    // MARK: What rows need

    /// When the client gives up waiting: a little after the server should have.
    func deadline(after limit: Duration?) -> ContinuousClock.Instant? {
        limit.map { .now + $0 + configuration.deadlineGrace }
    }

    /// The statement was read to its end.
    func ended(_ link: PostgresLink) {
        guard self.link === link else { return }
        if let failure = link.failure { return lost(failure) }
        state.ended()
        link.becomeIdle()
    }

    /// Waiting for the statement ended in an error: what that means for the connection. Returns the error.
    func failed(_ error: PostgresError, _ link: PostgresLink) -> PostgresError {
        switch error.code {
        case .server: ended(link)
        case .cancelled: abandoned(link)
        default: if self.link === link { lost(error) }
        }
        return error
    }

    /// Nobody reads the statement's rows any more.
    func abandoned(_ link: PostgresLink) {
        guard self.link === link, state.abandoned() else { return }
        drain = Task { await self.drain(link) }
    }

    /// The end of what was abandoned.
    func drained() async {
        await drain?.value
    }

    // MARK: Beginning

    /// Takes the connection for a statement.
    private func begin() async throws(PostgresError) -> PostgresLink {
        while true {
            guard !Task.isCancelled else { throw PostgresLink.cancelled }
            switch state.begin() {
            case .waitForDrain: await drained()
            case .refuseBusy:
                throw PostgresError(
                    .busy,
                    "another statement runs on this connection, or its rows were not read to the end"
                )
            case .refuseClosed: throw PostgresError(.closed, "the PostgreSQL client is closed")
            case .connect: return try await makeLink()
            case .send:
                guard let link else { preconditionFailure("idle without a connection") }
                return link
            }
        }
    }

    private func makeLink() async throws(PostgresError) -> PostgresLink {
        do throws(PostgresError) {
            let link = try await Connector(configuration, owner: self).connect()
            // It may have been closed meanwhile.
            guard state.connected() else {
                link.close()
                throw PostgresError(.closed, "the PostgreSQL client is closed")
            }
            self.link = link
            logger.debug("postgres_connected", metadata: ["endpoint": "\(configuration)"])
            return link
        } catch {
            state.failed()
            logger.debug("postgres_connection_failed", metadata: ["error": "\(error)"])
            throw error
        }
    }

    private func setTimeout(_ limit: Duration?, on link: PostgresLink) async throws(PostgresError) {
        guard link.statementTimeout != limit else { return }
        try link.send(
            "SELECT pg_catalog.set_config('statement_timeout', $1, false)",
            [PostgresConfiguration.milliseconds(limit)]
        )
        _ = try await link.lastResult(until: .now + configuration.connectTimeout)
        link.statementTimeout = limit
    }

    private static func check(_ sql: String, _ parameters: [String?]) throws(PostgresError) {
        guard !sql.utf8.contains(0), !parameters.contains(where: { $0?.utf8.contains(0) == true }) else {
            throw PostgresError(.invalidStatement, "PostgreSQL takes no zero byte, be it in a statement or a parameter")
        }
        guard parameters.count <= Int(UInt16.max) else {
            throw PostgresError(.invalidStatement, "\(parameters.count) parameters: PostgreSQL takes 65,535 at most")
        }
    }

    // MARK: Ending

    private func drain(_ link: PostgresLink) async {
        let deadline = ContinuousClock.now + configuration.cancelTimeout
        do throws(PostgresError) {
            // What is here already costs no request. A request must be over before the next statement is sent, or it
            // would end that.
            if try readReady(link) {
                return drained(link)
            }
            let cancelling = CancelTask(link.cancelRequest())
            while let result = try await link.result(until: deadline) { try Self.checkDrained(result) }
            try await cancelling.wait(until: deadline)
            drained(link)
        } catch {
            if self.link === link { lost(error) }
        }
    }

    /// Whether that was all.
    private func readReady(_ link: PostgresLink) throws(PostgresError) -> Bool {
        while link.isResultReady {
            guard let result = link.takeResult() else { return true }
            try Self.checkDrained(result)
        }
        return false
    }

    private static func checkDrained(_ result: borrowing ResultHandle) throws(PostgresError) {
        guard !result.isCopy else { throw PostgresLink.copyError }
    }

    private func drained(_ link: PostgresLink) {
        guard self.link === link else { return }
        if let failure = link.failure { return lost(failure) }
        state.drained()
        link.becomeIdle()
    }

    private func lost(_ error: PostgresError) {
        guard state.lost() else { return }
        logger.debug("postgres_connection_lost", metadata: ["error": "\(error)"])
        link?.close(error)
        link = nil
        inbox.lost(error)
    }
}

extension PostgresConnection: PostgresLinkOwner {
    func notified(_ notification: PostgresNotification) {
        inbox.put(notification)
    }

    func noticed(severity: String, message: String) {
        logger.debug("postgres_notice", metadata: ["severity": "\(severity)", "message": "\(message)"])
    }

    func lostWhileIdle(_ error: PostgresError) {
        lost(error)
    }
}
