/// Waits for what may not end in time.
enum Patience {
    /// Returns when the body has ended or the time is over; the body goes on by itself then.
    static func wait(atMost limit: Duration, for body: @escaping @Sendable () async -> Void) async {
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
        Task {
            await body()
            continuation.finish()
        }
        Task {
            try? await Task.sleep(for: limit)
            continuation.finish()
        }
        for await _ in ends {}
    }
}
