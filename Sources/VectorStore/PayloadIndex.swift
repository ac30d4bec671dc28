/// An index over a key of the payload, which makes filters on it quick (and, on Qdrant Cloud, allowed).
package struct PayloadIndex: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case keyword, integer, float, bool, datetime, text, uuid
    }

    /// A key of the payload, with dots between levels: `_memoir.tenant`.
    package var field: String
    package var kind: Kind
    /// Whether points are laid out by this key, because most queries ask for one value of it. For keywords.
    package var isTenant: Bool

    package init(field: String, kind: Kind, isTenant: Bool = false) {
        precondition(!isTenant || kind == .keyword, "\(field): a tenant's index is one of keywords")
        self.field = field
        self.kind = kind
        self.isTenant = isTenant
    }
}
