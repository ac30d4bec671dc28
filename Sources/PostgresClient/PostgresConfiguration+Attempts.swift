extension PostgresConfiguration {
    /// What libpq is given to connect to one address of a server. The name stays beside the address: the server's
    /// certificate and the password file are looked up by it.
    func parameters(
        for server: ServerEntry,
        address: String?,
        sessionAttributes: String?
    ) -> [ConnectionParameter] {
        var all = parameters
        func add(_ keyword: String, _ value: String) {
            all.removeAll { $0.keyword == keyword }
            all.append(ConnectionParameter(keyword: keyword, value: value))
        }
        func addUnlessSaid(_ keyword: String, _ value: String) {
            guard !all.contains(where: { $0.keyword == keyword }) else { return }
            all.append(ConnectionParameter(keyword: keyword, value: value))
        }
        if !server.host.isEmpty { add("host", server.host) }
        if let address { add("hostaddr", address) }
        add("port", String(server.port))
        if let sessionAttributes { add("target_session_attrs", sessionAttributes) }
        add("client_encoding", "UTF8")
        add("gssencmode", "disable")
        addUnlessSaid("fallback_application_name", applicationName)
        // A peer that vanished without a word is noticed within half a minute also where nobody waits for an answer.
        addUnlessSaid("keepalives_idle", "15")
        addUnlessSaid("keepalives_interval", "5")
        addUnlessSaid("keepalives_count", "3")
        addUnlessSaid("tcp_user_timeout", "30000")
        return all
    }

    /// Sets the session up in one statement: whatever the database or the user is configured with, values look the same.
    ///
    /// - Parameter serverEncoding: of the database. Where it is `SQL_ASCII`, which is to have none, asking for UTF-8 would
    ///   make the server refuse a whole statement over one value that is no UTF-8: so one gets the bytes as they are.
    func greeting(serverEncoding: String) -> (sql: String, parameters: [String?]) {
        let settings = [
            ("client_encoding", serverEncoding == "SQL_ASCII" ? "SQL_ASCII" : "UTF8"), ("DateStyle", "ISO"),
            ("TimeZone", "UTC"), ("IntervalStyle", "iso_8601"),
            ("extra_float_digits", "1"), ("bytea_output", "hex"), ("standard_conforming_strings", "on"),
            ("default_transaction_read_only", isReadOnly ? "on" : "off"),
            ("statement_timeout", Self.milliseconds(statementTimeout)),
        ]
        let calls = settings.indices.map { "pg_catalog.set_config($\(2 * $0 + 1), $\(2 * $0 + 2), false)" }
        return ("SELECT \(calls.joined(separator: ", "))", settings.flatMap { [$0.0, $0.1] })
    }

    /// As `statement_timeout` takes it, where 0 is no limit.
    static func milliseconds(_ duration: Duration?) -> String {
        guard let duration else { return "0" }
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
        guard !milliseconds.overflow else { return "0" }
        let rounded = milliseconds.partialValue + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return String(min(max(rounded, 1), Int64(Int32.max)))
    }
}
