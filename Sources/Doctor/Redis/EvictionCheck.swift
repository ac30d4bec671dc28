internal import Reactor
internal import RedisClient

/// Whether Redis would throw jobs away when its memory is full.
struct EvictionCheck: Check {
    private static let parameter = "maxmemory-policy"

    let name = "redis eviction"
    let redis: RedisConnection
    let cli: RedisCommandLine

    func findings() async throws -> [Finding] {
        // Not asked for by CONFIG first: managed servers forbid that, and this is the same value.
        let told = try await redis.information("memory")["maxmemory_policy"]
        if let told { return [Self.judge(told, cli: cli)] }
        return [Self.judge(try await redis.configurationValue(Self.parameter), cli: cli)]
    }

    static func judge(_ policy: String?, cli: RedisCommandLine) -> Finding {
        guard let policy else { return .note("unknown: this server does not tell its \(parameter)") }
        guard policy != "noeviction" else { return .ok("\(parameter) is noeviction") }
        let loss =
            policy.hasPrefix("volatile")
            ? "results and workers' signs of life vanish before their time" : "jobs vanish"
        let set = cli.set(parameter, "noeviction")
        return .failure(
            "\(parameter) is \(policy): when its memory is full, \(loss)",
            mend: set[0],
            set[1] + "   # on a managed server change it in the provider's parameters"
        )
    }
}
