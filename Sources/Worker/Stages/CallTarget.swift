/// What a call does, and to which collection. Each has a circuit of its own: a store with a full disk still answers reads,
/// and a collection with a broken shard says nothing of the others.
struct CallTarget: Hashable, Sendable {
    enum Kind: Hashable, Sendable, CaseIterable {
        case embed
        case query
        /// Of memories by id. Apart from queries: it needs no index of vectors.
        case scroll
        case upsert
        case forget

        /// Whether a call leaves something behind.
        var isWrite: Bool { self == .upsert || self == .forget }
    }

    static let embed = CallTarget(.embed, "")

    let kind: Kind
    /// Empty for `embed`.
    let collection: String

    init(_ kind: Kind, _ collection: String) {
        self.kind = kind
        self.collection = collection
    }
}
