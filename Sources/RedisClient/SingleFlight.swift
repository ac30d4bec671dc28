package import Reactor

/// One run of an operation for all who ask while it goes on. It is not cancelled with any of them.
@Reactor
package final class SingleFlight<Value: Sendable> {
    package typealias Run = Task<Result<Value, RedisError>, Never>

    private var underWay: Run?

    package nonisolated init() {}

    /// The run under way, or one that begins now. It is not `async`, so that nothing happens between a caller's reason to
    /// ask and the asking; the value is `try await run.value.get()`.
    package func run(_ operation: @escaping @Reactor () async throws(RedisError) -> Value) -> Run {
        if let underWay { return underWay }
        let run = Run { @Reactor in
            let result: Result<Value, RedisError>
            do throws(RedisError) {
                result = .success(try await operation())
            } catch {
                result = .failure(error)
            }
            self.underWay = nil
            return result
        }
        underWay = run
        return run
    }
}
