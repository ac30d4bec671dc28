internal import Reactor
internal import RedisClient

/// How much of its memory Redis has left.
struct MemoryCheck: Check {
    private static let warningPercent = 80

    let name = "redis memory"
    let redis: RedisConnection
    let cli: RedisCommandLine

    func findings() async throws -> [Finding] { [Self.judge(try await redis.information("memory"), cli: cli)] }

    static func judge(_ information: ServerInformation, cli: RedisCommandLine) -> Finding {
        guard let used = information.integer("used_memory") else {
            return .note("unknown: this server does not say")
        }
        let maximum = information.integer("maxmemory") ?? 0
        // A server without a limit ends when the machine's memory does.
        let bound = maximum > 0 ? maximum : information.integer("total_system_memory") ?? 0
        guard bound > 0 else { return .ok("\(ByteCount.text(used)) used, no limit") }
        let percent = Percentage.of(bound, used: used)
        let what = maximum > 0 ? "maxmemory" : "the machine's memory; maxmemory is not set"
        let text = "\(ByteCount.text(used)) used, \(percent) % of \(ByteCount.text(bound)), \(what)"
        if percent < warningPercent { return .ok(text) }
        guard maximum > 0 else {
            return .warning(text, mend: cli("INFO", "memory") + "   # give it a machine with more, or stop producers")
        }
        let set = cli.set("maxmemory", "\(maximum > Int.max / 2 ? Int.max : maximum * 2)")
        if used >= maximum {
            return .failure("\(text): writes are refused with OOM", mend: set[0], set[1])
        }
        return .warning("\(text): when it is full, producers and workers are refused", mend: set[0], set[1])
    }
}
