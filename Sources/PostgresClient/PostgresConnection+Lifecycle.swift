internal import Logging
internal import Reactor

extension PostgresConnection {
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
        // The server ended it, not the client's own deadline.
        case .timedOut where error.sqlState != nil: ended(link)
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
    func begin() async throws(PostgresError) -> PostgresLink {
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

    func setTimeout(_ limit: Duration?, on link: PostgresLink) async throws(PostgresError) {
        guard !link.isTimeoutKnown || link.statementTimeout != limit, !link.isTransactionFailed else { return }
        link.isTimeoutKnown = false
        try link.send(
            "SELECT pg_catalog.set_config('statement_timeout', $1, false)",
            [PostgresConfiguration.milliseconds(limit)]
        )
        _ = try await link.lastResult(until: .now + configuration.connectTimeout)
        link.statementTimeout = limit
        // A rollback takes it back.
        link.isTimeoutKnown = !link.isInTransaction
    }

    static func check(_ sql: String, _ parameters: [String?]) throws(PostgresError) {
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
