import RedisClient
import Testing

@testable import Doctor

@Suite("Doctor: what INFO says of Redis")
struct RedisJudgementTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let information: String
        let severity: Severity
        let words: String
        /// What the first line that mends it must hold.
        var remedy: String?
        var testDescription: String { "\(information.debugDescription) -> \(severity)" }
    }

    private func expect(_ finding: Finding, _ expected: Case) {
        #expect(finding.severity == expected.severity, "\(finding)")
        #expect(finding.text.contains(expected.words), "\(finding)")
        #expect(finding.remedy.isEmpty == (expected.severity == .ok || expected.severity == .note), "\(finding)")
        if let remedy = expected.remedy { #expect(finding.remedy.first?.contains(remedy) == true, "\(finding)") }
    }

    @Test(
        "Versions",
        arguments: [
            Case(information: "redis_version:7.0.15", severity: .ok, words: "Redis 7.0.15"),
            Case(information: "redis_version:8.4.0", severity: .ok, words: "Redis 8.4.0"),
            Case(information: "redis_version:8.10.1", severity: .ok, words: "Redis 8.10.1"),
            Case(information: "redis_version:6.2.14", severity: .failure, words: "too old", remedy: "docker pull"),
            Case(information: "redis_version:7.2.4\r\nvalkey_version:9.0.1", severity: .ok, words: "Valkey 9.0.1"),
            Case(information: "server_name:something", severity: .note, words: "unknown"),
            Case(information: "redis_version:new", severity: .note, words: "unknown"),
        ]
    )
    func version(expected: Case) {
        expect(RedisVersionCheck.judge(ServerInformation(expected.information)), expected)
    }

    @Test(
        "Roles",
        arguments: [
            Case(information: "role:master\r\nconnected_slaves:1", severity: .ok, words: "1 replica"),
            Case(
                information: "role:slave\r\nmaster_host:10.0.0.7\r\nmaster_port:6390",
                severity: .failure,
                words: "READONLY",
                remedy: "REDIS_URL=redis://10.0.0.7:6390/3"
            ),
            Case(information: "", severity: .note, words: "unknown"),
        ]
    )
    func role(expected: Case) {
        expect(RoleCheck.judge(ServerInformation(expected.information), database: 3), expected)
    }

    @Test(
        "Memory",
        arguments: [
            Case(information: "used_memory:1048576\nmaxmemory:0", severity: .ok, words: "1.0 MiB used, no limit"),
            Case(information: "used_memory:79\nmaxmemory:100", severity: .ok, words: "79 %"),
            Case(
                information: "used_memory:80\nmaxmemory:100",
                severity: .warning,
                words: "80 %",
                remedy: "redis-cli -h redis.example -p 6380 CONFIG SET maxmemory 200"
            ),
            Case(information: "used_memory:100\nmaxmemory:100", severity: .failure, words: "OOM", remedy: "maxmemory"),
            Case(
                information: "used_memory:90\nmaxmemory:0\ntotal_system_memory:100",
                severity: .warning,
                words: "maxmemory is not set"
            ),
            Case(
                information: "used_memory:\(Int.max)\nmaxmemory:\(Int.max)",
                severity: .failure,
                words: "100 %",
                remedy: "\(Int.max)"
            ),
            Case(information: "used_memory:\(Int.max)\nmaxmemory:1", severity: .failure, words: "OOM"),
            Case(information: "", severity: .note, words: "unknown"),
        ]
    )
    func memory(expected: Case) {
        let check = { MemoryCheck.judge(ServerInformation($0), cli: TestCommands.cli) }
        expect(check(expected.information), expected)
    }

    @Test(
        "Eviction",
        arguments: [
            ("noeviction", Severity.ok, "noeviction"), ("allkeys-lru", .failure, "jobs vanish"),
            ("volatile-ttl", .failure, "results"), (nil, .note, "unknown"),
        ] as [(String?, Severity, String)]
    )
    func eviction(policy: String?, severity: Severity, words: String) {
        let finding = EvictionCheck.judge(policy, cli: TestCommands.cli)
        #expect(finding.severity == severity)
        #expect(finding.text.contains(words))
        if severity == .failure {
            #expect(finding.remedy[0] == "redis-cli -h redis.example -p 6380 CONFIG SET maxmemory-policy noeviction")
        }
    }

    struct Persistence: Sendable, CustomTestStringConvertible {
        let information: String
        let synchronization: String?
        let savePoints: String?
        let findings: [(severity: Severity, words: String)]
        var testDescription: String { "\(information.debugDescription), \(synchronization ?? "?")" }
    }

    @Test(
        "Persistence",
        arguments: [
            Persistence(
                information: "aof_enabled:1\naof_last_write_status:ok\nrdb_last_bgsave_status:ok",
                synchronization: "always",
                savePoints: "",
                findings: [(.ok, "loses nothing")]
            ),
            Persistence(
                information: "aof_enabled:1\naof_last_write_status:ok",
                synchronization: "everysec",
                savePoints: "3600 1",
                findings: [(.ok, "last second")]
            ),
            Persistence(
                information: "aof_enabled:1",
                synchronization: "no",
                savePoints: "",
                findings: [(.warning, "half a minute")]
            ),
            Persistence(
                information: "aof_enabled:1",
                synchronization: nil,
                savePoints: nil,
                findings: [(.ok, "does not say")]
            ),
            Persistence(
                information: "aof_enabled:0\nrdb_changes_since_last_save:12",
                synchronization: "everysec",
                savePoints: "3600 1",
                findings: [(.warning, "now 12 changes")]
            ),
            Persistence(
                information: "aof_enabled:0",
                synchronization: "everysec",
                savePoints: "",
                findings: [(.warning, "everything")]
            ),
            Persistence(
                information: "aof_enabled:1\naof_last_write_status:err\nrdb_last_bgsave_status:err",
                synchronization: "everysec",
                savePoints: "3600 1",
                findings: [(.ok, ""), (.failure, "append-only"), (.failure, "snapshot")]
            ),
            // A snapshot asked for by hand long ago stops nobody where none are made.
            Persistence(
                information: "aof_enabled:1\nrdb_last_bgsave_status:err",
                synchronization: "everysec",
                savePoints: "",
                findings: [(.ok, "")]
            ),
            Persistence(information: "", synchronization: nil, savePoints: nil, findings: [(.note, "unknown")]),
        ]
    )
    func persistence(expected: Persistence) {
        let findings = PersistenceCheck.judge(
            ServerInformation(expected.information),
            synchronization: expected.synchronization,
            savePoints: expected.savePoints,
            cli: TestCommands.cli
        )
        #expect(findings.map(\.severity) == expected.findings.map(\.severity))
        for (finding, wanted) in zip(findings, expected.findings) {
            #expect(wanted.words.isEmpty || finding.text.contains(wanted.words), "\(finding)")
        }
    }

    @Test(
        "Clocks: what the round trip may explain is not held against them",
        arguments: [
            (Duration.milliseconds(300), Duration.milliseconds(1), Severity.ok),
            (.milliseconds(1_400), .milliseconds(500), .ok),
            (.milliseconds(1_400), .milliseconds(100), .warning),
            (.milliseconds(-1_400), .milliseconds(100), .warning),
            (.seconds(11), .milliseconds(1), .failure),
            (.seconds(-3_600), .milliseconds(1), .failure),
            (.seconds(11), .seconds(2), .warning),
        ]
    )
    func clock(offset: Duration, uncertainty: Duration, severity: Severity) {
        #expect(ClockCheck.judge(offset: offset, uncertainty: uncertainty).severity == severity)
    }

    @Test(
        "Why Redis does not answer",
        arguments: [
            (RedisError(server: "NOAUTH Authentication required."), "--askpass"),
            (RedisError(.authenticationFailed, "the user or password is refused"), "--askpass"),
            (RedisError(server: "LOADING Redis is loading"), "INFO persistence"),
            (RedisError(.cannotConnect, "refused"), "PING"),
        ]
    )
    func unreachable(error: RedisError, remedy: String) {
        var configuration = RedisConfiguration()
        configuration.password = "hunter2-hunter2"
        let finding = RedisCheck.judge(error, cli: RedisCommandLine(configuration))
        #expect(finding.severity == .failure)
        #expect(finding.remedy.joined().contains(remedy))
        #expect(!finding.remedy.joined().contains("hunter2"))
    }
}
