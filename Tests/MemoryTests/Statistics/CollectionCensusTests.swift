import Memory
import Synchronization
import Testing
import VectorStore

@Suite("CollectionCensus", .timeLimit(.minutes(1)))
struct CollectionCensusTests {
    @Test("Each collection is told of in its place: there, missing, or not to be asked")
    func states() async {
        let census = CollectionCensus(["a", "b", "c"]) { name throws(VectorStoreError) in
            switch name {
            case "a": return CollectionInformation(status: "green", pointCount: 7, vectorSize: 3)
            case "b": throw VectorStoreError(.noSuchCollection, "no b")
            default: throw VectorStoreError(.passing, "connection refused")
            }
        }
        #expect(
            await census.take() == [
                CollectionStatistics(name: "a", points: 7, status: "green", vectorSize: 3),
                CollectionStatistics(name: "b", status: "missing"),
                CollectionStatistics(name: "c", status: "unknown", error: "connection refused (passing)"),
            ]
        )
        #expect(await CollectionCensus([]) { _ in CollectionInformation(status: "green") }.take().isEmpty)
    }

    @Test("A store that does not answer is waited for until the deadline, however many collections there are")
    func deadline() async {
        let asked = Mutex((now: 0, most: 0))
        let names = (0..<200).map { "c\($0)" }
        let census = CollectionCensus(names, deadline: .milliseconds(200)) { name throws(VectorStoreError) in
            guard name != "c0" else { return CollectionInformation(status: "green") }
            asked.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { asked.withLock { $0.now -= 1 } }
            do {
                try await Task.sleep(for: .seconds(600))
            } catch {
                throw VectorStoreError(.cancelled, "cancelled")
            }
            return CollectionInformation(status: "green")
        }
        let start = ContinuousClock.now
        let statistics = await census.take()
        #expect(start.duration(to: .now) < .seconds(20))
        #expect(statistics.map(\.name) == names)
        #expect(statistics.first?.status == "green")
        #expect(statistics.dropFirst().allSatisfy { $0.status == "unknown" && $0.error != nil })
        #expect(asked.withLock { $0.most } <= 16)
    }
}
