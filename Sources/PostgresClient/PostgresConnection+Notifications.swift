extension PostgresConnection {
    /// Begins to listen, connecting where it must. A connection that was lost listens to nothing any more: listen again,
    /// and look at what may have happened meanwhile.
    package func listen(_ channel: String) async throws(PostgresError) {
        // Before it is: a loss at any time after this is told.
        let isNew = inbox.listen(channel)
        do throws(PostgresError) {
            _ = try await execute("LISTEN \(Self.quoted(identifier: channel))")
        } catch {
            if isNew { inbox.unlisten(channel) }
            throw error
        }
    }

    package func unlisten(_ channel: String) async throws(PostgresError) {
        _ = try await execute("UNLISTEN \(Self.quoted(identifier: channel))")
        inbox.unlisten(channel)
    }

    /// The next notification, in the order of their arrival, those of the time before the call included. They arrive
    /// while the connection is idle or a statement is waited for, not while the rows of a statement wait to be read.
    ///
    /// - Parameter timeout: nil for no limit.
    /// - Returns: nil when the time is over.
    /// - Throws: what the connection was lost with, after the last notification; `notListening`; `cancelled`; `busy` where
    ///   another task waits.
    package func nextNotification(timeout: Duration? = nil) async throws(PostgresError) -> PostgresNotification? {
        try await inbox.next(until: timeout.map { .now + $0 })
    }

    /// Those that were pushed out since `maximumNotifications` were waiting.
    package var droppedNotifications: Int { inbox.dropped }
}
