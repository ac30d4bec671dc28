/// On whose account something was spent. The ledger has a part for each, beside the day's whole.
package enum SpendingLabel: Sendable, Hashable {
    case lane(String)
    case collection(String)
    case tenant(String)

    /// The name of those that have none: embed jobs name no collection, and not every job has a tenant. A call that no
    /// job sent has all three.
    package static let none = "-"
    /// The tenant under which those are counted that a day's ledger has no room for.
    package static let otherTenants = "*"

    /// As in the ledger's fields: `tokens:<kind>:<name>`.
    var kind: StaticString {
        switch self {
        case .lane: "lane"
        case .collection: "collection"
        case .tenant: "tenant"
        }
    }

    var name: String {
        switch self {
        case .lane(let name), .collection(let name), .tenant(let name): name
        }
    }
}
