package import PostgresClient
package import RedisClient

/// Why a backfill was not begun, or did not come to its end.
package struct BackfillError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidMapping = "invalid_mapping"
            case invalidSelection = "invalid_selection"
            case databaseRefused = "database_refused"
            case databaseAway = "database_away"
            case redisRefused = "redis_refused"
            case storeAway = "store_away"
            case unfinished = "run_unfinished"
            case owned = "run_owned"
            case nothingToResume = "nothing_to_resume"
            case changed = "run_changed"
            case superseded = "run_superseded"
            case jobsVanished = "jobs_vanished"
        }
        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The section `source` of the collection does not fit the database.
        package static let invalidMapping = Code(.invalidMapping)
        /// Which rows are meant cannot be told: a wrong condition, or a time without a column that it could be compared with.
        package static let invalidSelection = Code(.invalidSelection)
        /// PostgreSQL refuses a statement, the user or the database.
        package static let databaseRefused = Code(.databaseRefused)
        /// PostgreSQL cannot be reached.
        package static let databaseAway = Code(.databaseAway)
        /// Redis cannot be reached at the start, or refuses.
        package static let redisRefused = Code(.redisRefused)
        /// Qdrant cannot be reached, or refuses.
        package static let storeAway = Code(.storeAway)
        /// A run of the collection was not finished: it is to be taken up or replaced.
        package static let unfinished = Code(.unfinished)
        /// Another process fills the collection at the moment.
        package static let owned = Code(.owned)
        package static let nothingToResume = Code(.nothingToResume)
        /// The configuration is not that of the run which is to be taken up.
        package static let changed = Code(.changed)
        /// Another process took the run over.
        package static let superseded = Code(.superseded)
        /// Jobs are gone from the lane without having been finished.
        package static let jobsVanished = Code(.jobsVanished)

        package var description: String { kind.rawValue }
    }

    package let code: Code
    /// What happened, and what would mend it. Holds no secret.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package init(_ error: PostgresError) {
        self.init(Self.isRefusal(error) ? .databaseRefused : .databaseAway, "\(error)")
    }

    /// Whether it is of no use to wait.
    private static func isRefusal(_ error: PostgresError) -> Bool {
        if error.isPassing || error.code == .timedOut { return false }
        let refusals: Set<PostgresError.Code> = [
            .server, .authenticationFailed, .invalidStatement, .invalidConfiguration, .tooManyRows,
        ]
        return refusals.contains(error.code) || error.sqlState != nil
    }

    package init(_ error: RedisError) {
        self.init(.redisRefused, "\(error)")
    }

    package var description: String { "\(code): \(message)" }
}
