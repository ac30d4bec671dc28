package import JobQueue
package import Memory
package import RedisClient

/// What the doctor compares the services with.
package struct DoctorConfiguration: Sendable {
    package var redis: RedisConfiguration
    package var keys: JobKeys
    /// Without a password: it is shown.
    package var qdrantURL: String
    package var hasQdrantKey: Bool
    package var collections: [CollectionDefinition]
    /// Of every vector.
    package var dimensions: Int
    package var drainDeadline: Duration
    /// The worker's id where it is set by hand; nil where each process makes its own.
    package var fixedWorkerID: String?
    /// Never shown, whoever repeats them.
    package var secrets: [String]
    /// Whether calls that cost money are left out. Defaults to no.
    package var isOffline = false
    /// Of one check. Defaults to 15 s.
    package var checkTimeout = Duration.seconds(15)

    package init(
        redis: RedisConfiguration,
        keys: JobKeys,
        qdrantURL: String,
        hasQdrantKey: Bool,
        collections: [CollectionDefinition],
        dimensions: Int,
        drainDeadline: Duration,
        fixedWorkerID: String?,
        secrets: [String]
    ) {
        self.redis = redis
        self.keys = keys
        self.qdrantURL = qdrantURL
        self.hasQdrantKey = hasQdrantKey
        self.collections = collections
        self.dimensions = dimensions
        self.drainDeadline = drainDeadline
        self.fixedWorkerID = fixedWorkerID
        self.secrets = secrets
    }
}
