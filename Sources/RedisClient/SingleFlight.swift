package import Reactor

/// One run of an operation for all who ask while it goes on. It is not cancelled with any of them.
@Reactor
package final class SingleFlight<Value: Sendable> {
    private var underWay: Task<Result<Value, RedisError>, Never>?

    package nonisolated init() {}

    /// The value of the run under way, or of one that begins now.
    package func value(
        _ operation: @escaping @Reactor () async throws(RedisError) -> Value
    ) async throws(RedisError) -> Value {
        if let underWay { return try await underWay.value.get() }
        let task = Task { @Reactor () -> Result<Value, RedisError> in
            let result: Result<Value, RedisError>
            do throws(RedisError) {
                result = .success(try await operation())
            } catch {
                result = .failure(error)
            }
            self.underWay = nil
            return result
        }
        underWay = task
        return try await task.value.get()
    }
}
