/// Begins saves while there is room, and hands them on in order. Ends when nobody wants the outcomes any more.
final class SaveRun: Sendable {
    typealias Outcome = SaveOutcomes.Element

    /// Saves that were begun, in their order. No more than there is room for.
    let outcomes: AsyncThrowingStream<Task<Outcome, Never>, any Error>
    /// One element for each place that is free.
    private let places: AsyncStream<Void>.Continuation
    private let feeding: Task<Void, Never>

    init<Source: AsyncSequence & Sendable>(
        _ source: Source,
        maximumInFlight: Int,
        save: @escaping @Sendable (MemoryToSave) async -> Outcome
    ) where Source.Element == MemoryToSave {
        let (outcomes, begun) = AsyncThrowingStream<Task<Outcome, Never>, any Error>.makeStream()
        let (free, places) = AsyncStream<Void>.makeStream()
        for _ in 0..<maximumInFlight { places.yield() }
        self.outcomes = outcomes
        self.places = places
        feeding = Task {
            var free = free.makeAsyncIterator()
            var memories = source.makeAsyncIterator()
            do {
                while await free.next() != nil, let memory = try await memories.next() {
                    begun.yield(Task { await save(memory) })
                }
                begun.finish()
            } catch {
                begun.finish(throwing: error)
            }
        }
    }

    deinit {
        feeding.cancel()
    }

    func makeRoom() {
        places.yield()
    }
}
