internal import CPQ

extension PostgresError {
    /// The error that a failed result holds. One that libpq made itself has no SQLSTATE: then the connection is broken.
    init(failed result: borrowing ResultHandle) {
        let sqlState = result.errorField(MEMOIR_DIAG_SQLSTATE)
        let severity = result.errorField(MEMOIR_DIAG_SEVERITY)
        // After FATAL and PANIC the server hangs up.
        let isFatal = sqlState == nil || severity == "FATAL" || severity == "PANIC"
        self.init(
            isFatal ? .connectionLost : .server,
            result.errorField(MEMOIR_DIAG_MESSAGE) ?? result.errorMessage,
            sqlState: sqlState,
            detail: result.errorField(MEMOIR_DIAG_DETAIL),
            hint: result.errorField(MEMOIR_DIAG_HINT),
            position: result.errorField(MEMOIR_DIAG_POSITION).flatMap { Int($0) }
        )
    }

    /// Why an attempt to connect failed, from libpq's message in its verbose form, the only place where the SQLSTATE is
    /// said: `connection to server at "::1", port 5432 failed: FATAL:  28P01: password authentication failed …`.
    init(connecting message: String, needsPassword: Bool) {
        let lines = message.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("LOCATION:") }
        var text = lines.joined(separator: "; ")
        let sqlState = Self.takeSQLState(from: &text)
        let isRefusal = needsPassword || sqlState?.hasPrefix("28") == true
        self.init(isRefusal ? .authenticationFailed : .cannotConnect, text, sqlState: sqlState)
    }

    private static func takeSQLState(from text: inout String) -> String? {
        guard let match = text.firstMatch(of: #/: {2}([0-9A-Z]{5}): /#) else { return nil }
        let sqlState = String(match.1)
        text.replaceSubrange(match.range, with: ": ")
        return sqlState
    }

    /// As the error of the statement that the server ended after `timeout`, if that is what happened: it says 57014 for
    /// any cancel.
    func asTimeout(_ timeout: Duration?, after elapsed: Duration) -> PostgresError {
        guard let timeout, sqlState == "57014", elapsed >= timeout else { return self }
        return PostgresError(
            .timedOut,
            "the statement took longer than \(timeout)",
            sqlState: sqlState,
            detail: message
        )
    }
}
