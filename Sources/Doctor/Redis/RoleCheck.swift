internal import Reactor
internal import RedisClient

/// Whether this Redis takes writes.
struct RoleCheck: Check {
    let name = "redis role"
    let redis: RedisConnection
    let database: Int

    func findings() async throws -> [Finding] {
        [Self.judge(try await redis.information("replication"), database: database)]
    }

    static func judge(_ information: ServerInformation, database: Int) -> Finding {
        switch information["role"] {
        case "master"?:
            let replicas = information.integer("connected_slaves") ?? 0
            return .ok("primary with \(replicas) replica\(replicas == 1 ? "" : "s")")
        case "slave"?:
            let host = information["master_host"] ?? "PRIMARY"
            let port = information["master_port"] ?? "6379"
            return .failure(
                "a replica of \(host):\(port), which takes no writes: every job would be refused with READONLY",
                mend: "export REDIS_URL=redis://\(host):\(port)/\(database)   # then restart the workers"
            )
        default:
            return .note("unknown: this server does not say")
        }
    }
}
