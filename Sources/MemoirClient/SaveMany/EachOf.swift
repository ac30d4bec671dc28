/// A sequence whose elements are there already, as one that is awaited.
struct EachOf<Base: Sequence & Sendable>: AsyncSequence, Sendable {
    let sequence: Base

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.Iterator

        mutating func next() async -> Base.Element? { base.next() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: sequence.makeIterator()) }
}
