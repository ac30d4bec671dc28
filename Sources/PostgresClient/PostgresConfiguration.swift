/// How to reach PostgreSQL, and the bounds of what is asked of it.
package struct PostgresConfiguration: Sendable {
    /// Of one attempt at one address, the look-up of its name and the session's settings included. `connect_timeout` of the connection string or
    /// `PGCONNECT_TIMEOUT` where they are set, else 10 s.
    package var connectTimeout: Duration
    /// The server ends a statement that takes longer (its `statement_timeout`); nil for never. A server that does not
    /// even do that is given up `deadlineGrace` later. Defaults to 300 s.
    package var statementTimeout: Duration? = .seconds(300)
    /// What the server shows of us, unless the connection string says something else.
    package var applicationName = "memoir"
    /// Whether the server refuses to change data in this session. Defaults to true.
    package var isReadOnly = true
    /// Of `execute`, which holds all rows of a statement in memory.
    package var maximumRows = 10_000
    /// Of the values of these rows.
    package var maximumResultBytes = 64 << 20
    /// Kept until they are asked for; further ones push out the oldest.
    package var maximumNotifications = 1_000
    /// How long the end of a cancelled statement is waited for before the connection is given up.
    package var cancelTimeout: Duration = .seconds(5)
    /// How much longer than the server's limit the client waits.
    package var deadlineGrace: Duration = .seconds(5)

    let servers: [ServerEntry]
    /// What the connection string says, but where the servers are.
    let parameters: [ConnectionParameter]
    let isStandbyPreferred: Bool
    private let user: String
    private let database: String

    /// - Parameter connectionString: a URL (`postgresql://user:password@host:5432/database?sslmode=verify-full`) or
    ///   keywords (`host=… dbname=…`), as libpq's manual describes them. What it does not say comes from the environment
    ///   (`PGHOST`, `PGPASSWORD`, …) and `~/.pgpass`.
    /// - Throws: `invalidConfiguration`. No password is in its message.
    package init(_ connectionString: String) throws(PostgresError) {
        let said = try ConnectionParameter.parse(connectionString)
        let defaults = ConnectionParameter.defaults()
        func value(_ keyword: String) -> String {
            let found = said.first { $0.keyword == keyword } ?? defaults.first { $0.keyword == keyword }
            return found?.value ?? ""
        }
        try Self.check(value)
        guard !said.contains(where: { $0.keyword == "service" }) else {
            throw PostgresError(
                .invalidConfiguration,
                "a service is not taken from the connection string: set PGSERVICE"
            )
        }
        servers = try ServerEntry.list(hosts: value("host"), addresses: value("hostaddr"), ports: value("port"))
        let placing: Set<String> = ["host", "hostaddr", "port", "connect_timeout", "gssencmode", "client_encoding"]
        parameters = said.filter { !placing.contains($0.keyword) }
        isStandbyPreferred = value("target_session_attrs") == "prefer-standby"
        user = value("user")
        database = value("dbname").isEmpty ? user : value("dbname")
        let seconds = Int(value("connect_timeout")) ?? 0
        connectTimeout = .seconds(seconds > 0 ? seconds : 10)
    }

    private static func check(_ value: (String) -> String) throws(PostgresError) {
        let modes = ["", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
        guard modes.contains(value("sslmode")) else {
            throw PostgresError(
                .invalidConfiguration,
                "sslmode is none of \(modes.dropFirst().joined(separator: ", "))"
            )
        }
        // Its buffers hide input from whoever watches the socket, and it may block.
        guard value("gssencmode") != "require" else {
            throw PostgresError(.invalidConfiguration, "gssencmode=require is not supported: use sslmode")
        }
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Servers, database and user.
    package var description: String {
        // A password that holds an @ and is not percent-encoded would be read as a part of the database's name.
        let database = database.contains("@") ? "…" : database
        return "\(servers.map(\.description).joined(separator: ", ")), database \(database), user \(user)"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
