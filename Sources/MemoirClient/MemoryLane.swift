/// When a job runs: each lane has a budget of its own, so that one never waits behind another.
public enum MemoryLane: String, Sendable, CaseIterable {
    case search
    case save
    case embed
    /// For what can wait, such as a backfill. Any job may travel on it.
    case bulk
}
