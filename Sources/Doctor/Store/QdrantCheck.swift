internal import Reactor
internal import VectorStore

/// Whether Qdrant takes requests with this key.
struct QdrantCheck: Check {
    let name = "qdrant"
    let store: QdrantStore
    let curl: QdrantCommandLine

    func findings() async -> [Finding] {
        do throws(VectorStoreError) {
            guard try await store.isReady() else {
                return [
                    .failure(
                        "\(store.configuration) is not ready: after a crash it recovers its log first; wait",
                        mend: curl("/readyz")
                    )
                ]
            }
            // Needs the key, which readiness and version do not.
            _ = try await store.collections()
            return [.ok("\(store.configuration) is ready")]
        } catch {
            return [Self.judge(error, curl: curl)]
        }
    }

    static func judge(_ error: VectorStoreError, curl: QdrantCommandLine) -> Finding {
        switch error.code {
        case .invalidKey:
            .failure(
                "\(error.message); restart the workers then",
                mend: "export QDRANT_API_KEY=…   # the key that Qdrant was started with",
                curl("/collections")
            )
        case .rateLimited:
            .warning(
                "\(error.message): it answers, and limits how often",
                mend: "export MEMOIR_WORKER_STORE_CONCURRENCY=2   # where it stays so; then restart the workers"
            )
        case .passing:
            .failure(
                error.message,
                mend: curl("/readyz"),
                "docker compose up -d qdrant   # where it runs already, mend QDRANT_URL"
            )
        default:
            .failure(
                error.message,
                mend: curl("/") + "   # should answer with Qdrant's version; where it does not, mend QDRANT_URL"
            )
        }
    }
}
