internal import Reactor
internal import VectorStore

struct QdrantVersionCheck: Check {
    private static let oldest = VersionNumber(1, 11, 3)

    let name = "qdrant version"
    let store: QdrantStore

    func findings() async throws -> [Finding] { [Self.judge(try await store.version())] }

    static func judge(_ text: String) -> Finding {
        guard let version = VersionNumber(text) else { return .note("unknown: \(text)") }
        guard version < oldest else { return .ok("Qdrant \(text)") }
        return .failure(
            "Qdrant \(text) is too old: \(oldest) or later is needed",
            mend: "docker pull qdrant/qdrant   # one minor version after another; start each with the same storage"
        )
    }
}
