internal import Reactor
internal import RedisClient

/// What a crash of Redis would lose.
struct PersistenceCheck: Check {
    let name = "redis persistence"
    let redis: RedisConnection
    let cli: RedisCommandLine

    func findings() async throws -> [Finding] {
        Self.judge(
            try await redis.information("persistence"),
            synchronization: try await redis.configurationValue("appendfsync"),
            savePoints: try await redis.configurationValue("save"),
            cli: cli
        )
    }

    /// - Parameters:
    ///   - synchronization: of `appendfsync`; nil where it is unknown.
    ///   - savePoints: of `save`, empty where no snapshots are made; nil where it is unknown.
    static func judge(
        _ information: ServerInformation,
        synchronization: String?,
        savePoints: String?,
        cli: RedisCommandLine
    ) -> [Finding] {
        guard let isLogging = information["aof_enabled"] else {
            return [.note("unknown: this server does not say; a managed one may persist in ways of its own")]
        }
        var findings = [
            isLogging == "1"
                ? loss(synchronization, cli) : lossWithoutLog(information, savePoints: savePoints, cli)
        ]
        if isLogging == "1", let status = information["aof_last_write_status"], status != "ok" {
            findings.append(
                .failure(
                    "the last write of the append-only file failed: writes are refused (MISCONF) while it does",
                    mend: cli("CONFIG", "GET", "dir") + "   # is that disk full? df -h; Redis goes on by itself"
                )
            )
        }
        if let status = information["rdb_last_bgsave_status"], status != "ok", savePoints?.isEmpty != true {
            findings.append(
                .failure(
                    "the last snapshot failed: writes may be refused (MISCONF) until one succeeds",
                    mend: cli("CONFIG", "GET", "dir") + "   # is that disk full, or may Redis not write to it?",
                    cli("BGSAVE")
                )
            )
        }
        return findings
    }

    private static func loss(_ synchronization: String?, _ cli: RedisCommandLine) -> Finding {
        switch synchronization {
        case "always"?: return .ok("append-only file, appendfsync always: a crash loses nothing that was acknowledged")
        case "everysec"?:
            return .ok("append-only file, appendfsync everysec: a power cut may lose the last second, a crash nothing")
        case let value?:
            let set = cli.set("appendfsync", "everysec")
            return .warning(
                "append-only file, appendfsync \(value): a power cut may lose half a minute of jobs and results",
                mend: set[0],
                set[1]
            )
        case nil: return .ok("append-only file; how often it is synchronized this server does not say")
        }
    }

    private static func lossWithoutLog(
        _ information: ServerInformation,
        savePoints: String?,
        _ cli: RedisCommandLine
    ) -> Finding {
        let changes = information.integer("rdb_changes_since_last_save") ?? 0
        let loss =
            savePoints?.isEmpty == true
            ? "everything, as no snapshots are made either"
            : "all since the last snapshot, now \(changes) changes"
        let set = cli.set("appendonly", "yes")
        return .warning("no append-only file: a crash of Redis loses \(loss)", mend: set[0], set[1])
    }
}
