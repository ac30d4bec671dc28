extension Reactor {
    /// Runs what blocks on a thread of its own, and waits for it without blocking anybody. Cancelling the task does not
    /// shorten the wait.
    ///
    /// - Throws: where there is no thread to be had; then `operation` was not called.
    package static func blocking<Value: Sendable>(
        _ operation: @escaping @Sendable () -> Value
    ) async throws(ReactorError) -> Value {
        let result: Result<Value, ReactorError> = await withCheckedContinuation { continuation in
            do throws(ReactorError) {
                try BlockingThread.start { continuation.resume(returning: .success(operation())) }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }
}
