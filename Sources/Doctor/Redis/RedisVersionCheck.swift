internal import JobQueue
internal import Reactor
internal import RedisClient

struct RedisVersionCheck: Check {
    let name = "redis version"
    let redis: RedisConnection

    func findings() async throws -> [Finding] { [Self.judge(try await redis.information("server"))] }

    static func judge(_ information: ServerInformation) -> Finding {
        let server = ServerCapabilities(information)
        switch server.product {
        case .valkey: return .ok("Valkey \(server.version)")
        case .unknown: return .note("unknown: this server does not say")
        case .redis where server.isTooOld:
            return .failure(
                "Redis \(server.version) is too old: \(ServerCapabilities.oldestRedis) or later is needed, for scripts",
                mend: "docker pull redis:8   # or a newer package of your system; start it with the same data"
            )
        case .redis: return .ok("Redis \(server.version)")
        }
    }
}
