/// Waits for what may not end in time, and does not end where nobody waits for it any more.
package enum Patience {
    /// - Returns: when the body has ended, what it returns; when the time is over, or the calling task is cancelled, nil:
    ///   the body goes on by itself then.
    package static func value<Value: Sendable>(
        within limit: Duration,
        of body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let (ends, continuation) = AsyncStream.makeStream(of: Value.self)
        Task {
            continuation.yield(await body())
            continuation.finish()
        }
        let timer = Task {
            try? await Task.sleep(for: limit)
            continuation.finish()
        }
        defer { timer.cancel() }
        for await value in ends { return value }
        return nil
    }
}
