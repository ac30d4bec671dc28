/// `redis`: the server that holds the queue, the results and the caches.
package struct RedisSettings: Sendable, Equatable {
    private static let standardURL = ServiceURL(scheme: "redis", host: "127.0.0.1", port: 6379)

    /// `redis.url`, or `redis.host` and `redis.port`: `redis://[username:password@]host[:port][/database]` or
    /// `unix:///path/to/socket`. Defaults to `redis://127.0.0.1:6379`.
    package internal(set) var address = ServiceAddress(standard: standardURL)

    /// `redis.username` where the URL names none.
    var separateUsername: String?
    /// `redis.password` where the URL names none.
    var separatePassword: Secret?
    /// `redis.database` where the URL names none.
    var separateDatabase: Int?

    /// `redis.prefix`, text: what every key begins with. Defaults to `memory:`.
    package var prefix = "memory:"
    /// `redis.partition`, text: the part of every key in braces, which decides on the slot of a Redis Cluster.
    /// Defaults to `0`.
    package var partition = "0"
    /// `redis.commandTimeout`, duration: how long a command may take to be answered. Defaults to 5 s.
    package var commandTimeout: Duration = .seconds(5)
    /// `redis.connectTimeout`, duration: how long connecting may take, the handshake included. Defaults to 5 s.
    package var connectTimeout: Duration = .seconds(5)
    /// `redis.maximumInFlightCommands`, commands sent on one connection and not yet answered. Defaults to 16,384.
    package var maximumInFlightCommands = 16_384

    package init() {}

    /// Host name or address; nil for a socket.
    package var host: String? { socketPath == nil ? address.url.host : nil }
    /// TCP port; of no meaning for a socket.
    package var port: Int { address.url.port ?? 6379 }
    /// Path of a Unix socket; nil for TCP.
    package var socketPath: String? { address.url.scheme == "unix" ? address.url.path : nil }
    /// User of `AUTH`; nil for the default user.
    package var username: String? { address.url.username ?? separateUsername }
    /// Password of `AUTH`; nil where the server asks for none.
    package var password: Secret? { address.url.password ?? separatePassword }
    /// Number of the database. Defaults to 0.
    package var database: Int { Self.database(of: address.url) ?? separateDatabase ?? 0 }

    /// The database that a URL names: its path for TCP, its parameter `db` for a socket (and for TCP as well).
    static func database(of url: ServiceURL) -> Int? {
        let parameter = url.query.first { $0.name == "db" }?.value
        return parameter.flatMap(Int.init) ?? (url.scheme == "unix" ? nil : Int(url.path.dropFirst()))
    }
}
