internal import Reactor

/// Asks something of the reactor, and does not wait for ever: one whose thread is stuck never answers.
enum ReactorProbe {
    static let patience = Duration.seconds(3)

    /// - Returns: nil where there is no answer within `patience`.
    static func ask<Answer: Sendable>(
        within patience: Duration = patience,
        _ question: @escaping @Reactor @Sendable () -> Answer
    ) async -> Answer? {
        let (answers, continuation) = AsyncStream.makeStream(of: Answer?.self, bufferingPolicy: .bufferingOldest(1))
        Task { @Reactor in continuation.yield(question()) }
        let timer = Task {
            try? await Task.sleep(for: patience)
            continuation.yield(nil)
        }
        defer { timer.cancel() }
        for await answer in answers { return answer }
        return nil
    }
}
