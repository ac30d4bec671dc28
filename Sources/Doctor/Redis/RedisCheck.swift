internal import Reactor
internal import RedisClient

/// Whether Redis answers this user.
struct RedisCheck: Check {
    let name = "redis"
    let redis: RedisConnection
    let endpoint: RedisEndpoint
    let cli: RedisCommandLine

    func findings() async -> [Finding] {
        do throws(RedisError) {
            _ = try await redis.execute(RedisCommand("PING"))
            return [.ok("\(endpoint) answers")]
        } catch {
            return [Self.judge(error, cli: cli)]
        }
    }

    static func judge(_ error: RedisError, cli: RedisCommandLine) -> Finding {
        if error.code == .authenticationFailed || error.serverCode == "NOAUTH" {
            return .failure(
                "\(error.message); set the right one in REDIS_PASSWORD or REDIS_URL, and restart the workers",
                mend: cli("PING") + "   # with the password that you think is right"
            )
        }
        if error.serverCode == "LOADING" {
            return .failure(
                "still loading its data: wait",
                mend: cli("INFO", "persistence") + "   # loading_eta_seconds says for how long"
            )
        }
        return .failure(
            error.message,
            mend: cli("PING"),
            "systemctl start redis-server   # or docker compose up -d redis; where it runs already, mend REDIS_URL"
        )
    }
}
