import Reactor

/// Whether the condition came true within a time that is long for this machine.
@Reactor
func eventually(_ condition: @Reactor () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<2_000 {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}
