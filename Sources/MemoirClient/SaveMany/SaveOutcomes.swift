/// What became of many saves, in the order of their texts. To be iterated over once.
///
/// Ends by throwing only where the source of the texts does. Whoever stops early begins no further saves; those under way
/// are still made.
public struct SaveOutcomes: AsyncSequence, Sendable {
    /// What became of one save.
    public typealias Element = Result<SavedMemory, MemoryError>

    private let run: SaveRun

    init<Source: AsyncSequence & Sendable>(
        _ source: Source,
        maximumInFlight: Int,
        save: @escaping @Sendable (MemoryToSave) async -> Element
    ) where Source.Element == MemoryToSave {
        run = SaveRun(source, maximumInFlight: maximumInFlight, save: save)
    }

    /// To be called once: each outcome is handed out once.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(run) }

    /// Waits for the outcomes, one after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let run: SaveRun
        private var outcomes: AsyncThrowingStream<Task<Element, Never>, any Error>.AsyncIterator

        init(_ run: SaveRun) {
            self.run = run
            outcomes = run.outcomes.makeAsyncIterator()
        }

        /// The outcome of the next text; nil after the last.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
            guard let save = try await outcomes.next(isolation: actor) else { return nil }
            let outcome = await save.value
            run.makeRoom()
            return outcome
        }
    }
}
