/// When a job runs: each lane has its own stream and its own budget of slots, so that search never waits behind bulk.
/// Which job it is says its type: anything may travel on `bulk`.
package enum Lane: String, Sendable, CaseIterable {
    case search
    case save
    case embed
    case bulk

    /// The order in which texts of several lanes share an embedding call: the lowest first.
    package var priority: Int {
        switch self {
        case .search: 0
        case .save: 1
        case .embed: 2
        case .bulk: 3
        }
    }
}
