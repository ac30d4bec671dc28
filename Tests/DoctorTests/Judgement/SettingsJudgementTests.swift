import RedisClient
import Testing

@testable import Doctor

@Suite("Doctor: settings, and how things are said")
struct SettingsJudgementTests {
    @Test(
        "The time that a stop may take",
        arguments: [
            (Duration.seconds(20), Severity.ok), (.milliseconds(500), .warning), (.seconds(60), .note),
            (.seconds(25), .ok),
        ]
    )
    func drainDeadline(deadline: Duration, severity: Severity) {
        #expect(DrainDeadlineCheck.judge(deadline).severity == severity)
    }

    @Test("A worker's id set by hand")
    func workerID() {
        #expect(WorkerIDCheck.judge(nil).severity == .ok)
        #expect(WorkerIDCheck.judge("w1").severity == .warning)
        #expect(WorkerIDCheck.judge("w1").text.contains("w1"))
    }

    @Test(
        "Words for a shell",
        arguments: [
            ("plain-1.2:/@%", "plain-1.2:/@%"), ("memory:{0}:dead", "'memory:{0}:dead'"), ("it's", #"'it'\''s'"#),
            ("", "''"), ("$HOME", "'$HOME'"), ("a b", "'a b'"),
        ]
    )
    func quoting(text: String, quoted: String) {
        #expect(ShellWord.quoted(text) == quoted)
    }

    @Test("A command line has the address, database and user, and never the password")
    func commandLine() throws {
        let configuration = try RedisConfiguration(url: "redis://ann:hunter2@redis.example:6390/2")
        let line = RedisCommandLine(configuration)("PING")
        #expect(line == "redis-cli -h redis.example -p 6390 -n 2 --user ann --askpass PING")
        let socket = try RedisConfiguration(url: "unix:///run/redis.sock")
        #expect(RedisCommandLine(socket)("GET", "a b") == "redis-cli -s /run/redis.sock GET 'a b'")
    }

    @Test("Secrets that were repeated are masked, the longest first")
    func masking() {
        let mask = SecretsMask(["hunter2", "hunter2-long", "abc"])
        #expect(mask.masked("is hunter2-long or hunter2, not abc") == "is *** or ***, not abc")
    }

    @Test(
        "Ages and bytes",
        arguments: [(Duration.milliseconds(250), "250 ms"), (.seconds(59), "59 s"), (.seconds(200_000), "2 d")]
    )
    func ages(duration: Duration, text: String) {
        #expect(Age.text(duration) == text)
    }

    @Test(
        "Bytes",
        arguments: [
            (0, "0 bytes"), (1_536, "1.5 KiB"), (5 << 30, "5.0 GiB"), (3 << 40, "3.0 TiB"), (Int.max, "8388608.0 TiB"),
        ]
    )
    func bytes(count: Int, text: String) {
        #expect(ByteCount.text(count) == text)
    }
}
