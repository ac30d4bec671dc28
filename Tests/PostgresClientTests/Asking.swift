import PostgresClient
import Reactor

/// The error that the operation ends with; none where it succeeds.
@Reactor
func failure<Value>(_ operation: @Reactor () async throws(PostgresError) -> Value) async -> PostgresError? {
    do throws(PostgresError) {
        _ = try await operation()
        return nil
    } catch {
        return error
    }
}

/// Whether the condition came true within a time that is long for this machine.
@Reactor
func eventually(_ condition: @Reactor () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<1_000 {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}

@Reactor
extension PostgresConnection {
    /// The first value of the first row.
    func value(_ sql: String, _ parameters: [String?] = []) async throws(PostgresError) -> String? {
        try await execute(sql, parameters).rows.first?.first ?? nil
    }
}
