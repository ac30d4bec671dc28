internal import RedisClient

extension MemoryClient {
    /// Where Redis is, and the bounds of one client.
    public struct Configuration: Sendable {
        /// Where Redis listens.
        public enum Endpoint: Sendable, Hashable {
            /// By name or address.
            case tcp(host: String, port: UInt16)
            /// An absolute path.
            case unixSocket(path: String)
        }

        /// Defaults to 127.0.0.1:6379.
        public var endpoint = Endpoint.tcp(host: "127.0.0.1", port: 6379)
        /// The ACL user; nil for `default`.
        public var username: String?
        /// Appears in no error and in no log.
        public var password: String?
        /// Defaults to 0.
        public var database = 0
        /// What Memoir's keys begin with: `redis.prefix` of its configuration. Defaults to `memory:`.
        public var keyPrefix = "memory:"
        /// `redis.partition` of its configuration. Defaults to `0`.
        public var partition = "0"
        /// Whose memories all calls are about that name no tenant; nil for those without a tenant.
        public var tenant: String?
        /// Until the answer of a call that does not say. Defaults to 30 s.
        public var timeout = Duration.seconds(30)
        /// For one attempt to connect. Defaults to 5 s.
        public var connectTimeout = Duration.seconds(5)
        /// For one command of Redis. Defaults to 5 s.
        public var commandTimeout = Duration.seconds(5)
        /// Calls that wait for their answers at once; one more is refused with `tooManyJobs`. Workers keep 10,000
        /// announcements for a client, so it is at most 8,000, the default.
        public var maximumJobsInFlight = maximumJobsAllowed

        static let maximumJobsAllowed = 8_000

        /// All defaults.
        public init() {}

        /// - Parameter url: `redis://[[user]:password@]host[:port][/database]` or
        ///   `unix://[[user]:password@]/path[?db=database]`.
        /// - Throws: `invalidConfiguration`, whose message holds no password.
        public init(url: String) throws(MemoryError) {
            let redis: RedisConfiguration
            do throws(RedisURLError) {
                redis = try RedisConfiguration(url: url)
            } catch {
                throw MemoryError(.invalidConfiguration, "the URL \(error)")
            }
            endpoint =
                switch redis.endpoint {
                case .tcp(let host, let port): .tcp(host: host, port: port)
                case .unix(let path): .unixSocket(path: path)
                }
            username = redis.username
            password = redis.password
            database = redis.database
        }

        var redis: RedisConfiguration {
            var redis = RedisConfiguration()
            redis.endpoint =
                switch endpoint {
                case .tcp(let host, let port): .tcp(host: host, port: port)
                case .unixSocket(let path): .unix(path: path)
                }
            redis.username = username
            redis.password = password
            redis.database = database
            redis.clientName = "memoir-client"
            redis.connectTimeout = connectTimeout
            redis.commandTimeout = commandTimeout
            // Each waits for one answer at a time, and has sent at most one command.
            redis.maximumCommandsInFlight = 2 * Self.maximumJobsAllowed
            return redis
        }
    }
}
