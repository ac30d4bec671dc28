internal import Embeddings
internal import Reactor

/// Whether the provider answers with vectors of the configured length: one call of one word.
struct ProviderCheck: Check {
    private static let word = ArraySlice("memory".utf8)

    let name = "embeddings"
    let provider: any EmbeddingProvider

    func findings() async -> [Finding] {
        do throws(EmbeddingError) {
            let batch = try await provider.embed([Self.word])
            return [Self.judge(answered: batch.dimensions, by: provider)]
        } catch {
            return [Self.judge(error)]
        }
    }

    private static func judge(answered: Int, by provider: any EmbeddingProvider) -> Finding {
        guard answered != provider.dimensions else {
            return .ok("\(provider.model) answers with \(answered) dimensions")
        }
        return .failure(
            "\(provider.model) answers with \(answered) dimensions, EMBEDDING_DIMENSIONS is \(provider.dimensions)",
            mend: "export EMBEDDING_DIMENSIONS=\(answered)"
        )
    }

    static func judge(_ error: EmbeddingError) -> Finding {
        switch error.code {
        case .invalidKey:
            .failure("\(error.message); restart the workers then", mend: "export OPENAI_API_KEY=…   # a key that works")
        case .rateLimited:
            .warning(
                "\(error.message): it answers, and limits how often",
                mend: "export MEMOIR_EMBEDDINGS_CONCURRENCY=2   # where it stays so; then restart the workers"
            )
        case .quotaExhausted:
            .failure(error.message, mend: "memoir doctor   # once the budget is raised; workers go on by themselves")
        case .misconfigured, .invalidInput:
            .failure(
                error.message,
                mend: "memoir config   # where OPENAI_BASE_URL, EMBEDDING_MODEL and EMBEDDING_DIMENSIONS come from"
            )
        default:
            .failure(error.message, mend: "memoir doctor   # again; where it stays so, mend OPENAI_BASE_URL")
        }
    }
}
