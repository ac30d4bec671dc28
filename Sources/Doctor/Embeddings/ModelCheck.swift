internal import Embeddings
internal import Reactor
internal import VectorStore

/// Whether a collection's vectors are of the configured model: some stored texts are embedded again and compared with
/// what is stored for them. This proves it without any bookkeeping, also for points that others have written.
struct ModelCheck: Check {
    /// Collections looked at; each costs a call to the provider.
    static let maximumCollections = 16
    /// Below this cosine another model made the vector: the same one comes back within rounding, and two models agree
    /// on nothing.
    private static let sameModel = 0.98
    private static let compared = 3
    private static let lookedAt = 12
    /// Longer texts cost more and prove no more. Fits any provider's limit, as no byte is more than a token.
    private static let maximumBytes = 4_000

    let store: QdrantStore
    let provider: any EmbeddingProvider
    let collection: String
    let curl: QdrantCommandLine

    var name: String { "model of \(collection)" }

    func findings() async throws -> [Finding] {
        let points: [SampledPoint]
        do throws(VectorStoreError) {
            points = try await store.sample(collection, limit: Self.lookedAt)
        } catch {
            // Told by the collection's own check.
            guard error.code == .noSuchCollection else { throw error }
            return []
        }
        let fitting = points.filter {
            $0.content.utf8.count <= Self.maximumBytes && $0.vector.count == provider.dimensions
        }
        .prefix(Self.compared)
        guard !fitting.isEmpty else {
            let reason = points.isEmpty ? "no texts are stored" : "no stored text is fit to be compared"
            return [.ok("not compared: \(reason)")]
        }
        let batch = try await provider.embed(fitting.map { ArraySlice($0.content.utf8) })
        let cosines = zip(fitting, 0..<batch.count).map { Self.cosine($0.vector[...], batch[$1]) }
        return [Self.judge(cosines, model: provider.model, deletion: curl("DELETE", "/collections/\(collection)"))]
    }

    /// - Parameters:
    ///   - cosines: between stored vectors and those that the model makes of the same texts now.
    ///   - deletion: the command that deletes the collection.
    static func judge(_ cosines: [Double], model: String, deletion: String) -> Finding {
        // Of vectors that are not numbers nothing can be said but that they are no model's.
        let cosines = cosines.map { $0.isFinite ? $0 : 0 }
        let worst = cosines.min() ?? 1
        let different = cosines.count { $0 <= sameModel }
        guard different > 0 else {
            return .ok("\(model) made the \(cosines.count) looked at (cosine \(decimal(worst)))")
        }
        let which =
            different == cosines.count
            ? "another model than \(model) made its vectors"
            : "vectors of two models: \(different) of \(cosines.count) looked at are not of \(model)"
        return .failure(
            "\(which) (cosine \(decimal(worst))): searches find nothing of use",
            mend: "export EMBEDDING_MODEL=…   # the model it was made with; or, to go on with \(model), anew:",
            deletion,
            "memoir bootstrap   # then save everything again: the same keys give the same points"
        )
    }

    /// 0 where one of them has no direction.
    static func cosine(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
        var product = 0.0
        var squares = (left: 0.0, right: 0.0)
        for (one, other) in zip(left, right) {
            product += Double(one) * Double(other)
            squares.left += Double(one) * Double(one)
            squares.right += Double(other) * Double(other)
        }
        let lengths = (squares.left * squares.right).squareRoot()
        return lengths > 0 ? product / lengths : 0
    }

    /// Two decimals.
    private static func decimal(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let digits = hundredths.magnitude % 100
        let sign = hundredths < 0 ? "-" : ""
        return "\(sign)\(hundredths.magnitude / 100).\(digits < 10 ? "0" : "")\(digits)"
    }
}
