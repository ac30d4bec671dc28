extension PostgresServer {
    private static let starting = Task { try await PostgresServer() }

    /// One server for all tests that leave it as it was, but for tables of names of their own. It lives as long as the
    /// process.
    package static var shared: PostgresServer {
        get async throws { try await starting.value }
    }
}
