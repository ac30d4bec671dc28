internal import Memory
internal import Reactor
internal import VectorStore

/// Whether a collection is what the configuration says.
struct CollectionCheck: Check {
    let store: QdrantStore
    let judgement: CollectionJudgement

    var name: String { "collection \(judgement.collection.name)" }

    func findings() async throws -> [Finding] {
        do throws(VectorStoreError) {
            return judgement.findings(try await store.collection(judgement.collection.name))
        } catch {
            guard error.code == .noSuchCollection else { throw error }
            return [.failure("missing", mend: "memoir bootstrap")]
        }
    }
}
