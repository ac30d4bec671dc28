internal import Reactor
package import VectorStore

/// Asks the vector store about all declared collections at once, and waits no longer than it is told to.
package struct CollectionCensus: Sendable {
    /// Throws `noSuchCollection` where there is none of that name.
    package typealias Describe =
        @Sendable (_ collection: String) async throws(VectorStoreError) -> CollectionInformation

    /// Asked about at once.
    private static let concurrency = 16

    private let names: [String]
    private let describe: Describe
    private let deadline: Duration

    /// - Parameter deadline: for all of them together. Calls that are out then are cancelled.
    package init(_ names: [String], deadline: Duration = .seconds(2), describe: @escaping Describe) {
        self.names = names
        self.deadline = deadline
        self.describe = describe
    }

    /// For whoever shows no collections: the store is not asked.
    package static var none: CollectionCensus {
        CollectionCensus([]) { _ throws(VectorStoreError) in CollectionInformation(status: "unknown") }
    }

    /// One for each name, in their order.
    package func take() async -> [CollectionStatistics] {
        guard !names.isEmpty else { return [] }
        return await withTaskGroup(of: (index: Int, statistics: CollectionStatistics)?.self) { group in
            group.addTask {
                try? await Task.sleep(for: deadline)
                return nil
            }
            var found: [CollectionStatistics?] = Array(repeating: nil, count: names.count)
            var asked = 0
            while asked < min(Self.concurrency, names.count) { ask(&group, &asked) }
            var missing = names.count
            while missing > 0, case let answer?? = await group.next() {
                found[answer.index] = answer.statistics
                missing -= 1
                if asked < names.count { ask(&group, &asked) }
            }
            group.cancelAll()
            return zip(names, found).map { name, statistics in statistics ?? late(name) }
        }
    }

    private func ask(_ group: inout TaskGroup<(index: Int, statistics: CollectionStatistics)?>, _ asked: inout Int) {
        let index = asked
        asked += 1
        group.addTask { (index, await statistics(of: names[index])) }
    }

    private func late(_ name: String) -> CollectionStatistics {
        let seconds = Double(deadline.components.seconds) + Double(deadline.components.attoseconds) / 1e18
        return CollectionStatistics(name: name, status: "unknown", error: "Qdrant did not answer within \(seconds) s")
    }

    private func statistics(of name: String) async -> CollectionStatistics {
        do throws(VectorStoreError) {
            let information = try await describe(name)
            return CollectionStatistics(
                name: name,
                points: information.pointCount,
                status: information.status,
                vectorSize: information.vectorSize
            )
        } catch {
            guard error.code != .noSuchCollection else { return CollectionStatistics(name: name, status: "missing") }
            return CollectionStatistics(name: name, status: "unknown", error: "\(error)")
        }
    }
}
