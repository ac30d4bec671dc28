extension Reactor {
    /// Work on so many bytes is done where the caller is: to go elsewhere and come back would take as long.
    private static let bytesNotWorthIt = 65_536

    /// Runs what takes long off the loop's thread, where it is worth it.
    ///
    /// To mark a function `@concurrent` is not enough: in a task that prefers the loop as its executor, as the worker's
    /// tasks do, such a function runs on the loop as well.
    ///
    /// - Parameter bytes: about how many are read or written, as JSON some nanoseconds each.
    package static func offload<Value: Sendable, Failure>(
        bytes: Int,
        _ operation: @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        guard bytes > bytesNotWorthIt else { return try operation() }
        return try await elsewhere(operation)
    }

    @concurrent
    private static func elsewhere<Value: Sendable, Failure>(
        _ operation: @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(Failure) -> Value in
            try operation()
        }
    }
}
