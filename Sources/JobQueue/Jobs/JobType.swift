package enum JobType: String, Sendable, CaseIterable {
    case embed
    case save
    case search
    case forget
    /// One memory, by its key or its id.
    case get
    /// A page of a collection's memories.
    case list
    /// The figures of the whole system.
    case stats

    /// All of them, for people.
    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    /// Where a job of this type goes when its producer has no wish.
    package var defaultLane: Lane {
        switch self {
        case .embed: .embed
        case .save, .forget: .save
        case .search, .get, .list, .stats: .search
        }
    }
}
