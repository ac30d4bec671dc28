internal import Reactor
internal import RedisClient

struct RedisVersionCheck: Check {
    private static let oldest = VersionNumber(7, 0)
    /// What newer servers bring for queues like this one.
    private static let additions: [(version: VersionNumber, what: String)] = [
        (VersionNumber(8, 2), "8.2 brings XACKDEL"), (VersionNumber(8, 4), "8.4 XREADGROUP with CLAIM"),
        (VersionNumber(8, 8), "8.8 XNACK"),
    ]

    let name = "redis version"
    let redis: RedisConnection

    func findings() async throws -> [Finding] { [Self.judge(try await redis.information("server"))] }

    static func judge(_ information: ServerInformation) -> Finding {
        // Valkey gives the version of Redis that it is compatible with, and its own beside it.
        if let version = information["valkey_version"] { return .ok("Valkey \(version)") }
        guard let text = information["redis_version"], let version = VersionNumber(text) else {
            return .note("unknown: this server does not say")
        }
        if version < oldest {
            return .failure(
                "Redis \(text) is too old: \(oldest) or later is needed, for scripts and streams",
                mend: "docker pull redis:8   # or a newer package of your system; start it with the same data"
            )
        }
        let missing = additions.filter { version < $0.version }.map(\.what)
        return .ok("Redis \(text)" + (missing.isEmpty ? "" : "; \(missing.joined(separator: ", ")), none of it needed"))
    }
}
