import JSON
import Memory
import VectorStore

/// What `memoir bootstrap` saves and looks for, to see that the whole way works.
struct BootstrapDocument {
    static let content = "The invoice for the train journey from Brussels to Lyon has been paid."
    static let query = "Was the rail ticket to Lyon settled?"
    private static let tenant = ArraySlice("memoir-bootstrap".utf8)

    let id: PointID
    let filter: ScopedFilter

    init(collection: String) {
        let key = ArraySlice("test-document".utf8)
        id = PointIdentity.id(collection: ArraySlice(collection.utf8), tenant: Self.tenant, key: key)
        filter = ScopedFilter(tenant: Self.tenant)
    }

    /// - Parameter model: that the vector is from.
    func point(_ vector: ArraySlice<Float>, model: String) -> Point {
        let content = ArraySlice(Self.content.utf8)
        let payload = PayloadBuilder(
            metadata: .none,
            content: content,
            contentHash: ContentHash(of: content),
            model: ArraySlice(model.utf8),
            createdAt: 0,
            updatedAt: 0,
            tenant: Self.tenant
        )
        return Point(id: id, vector: vector, payload: payload.build().bytes)
    }
}
