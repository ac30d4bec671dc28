package enum JobType: String, Sendable, CaseIterable {
    case embed
    case save
    case search
    case forget

    /// Where a job of this type goes when its producer has no wish.
    package var defaultLane: Lane {
        switch self {
        case .embed: .embed
        case .save, .forget: .save
        case .search: .search
        }
    }
}
