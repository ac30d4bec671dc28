import ArgumentParser
import JobQueue
import Settings
import Testing

@testable import memoir

/// What the command line accepts, and what becomes of it.
@Suite struct CommandLineTests {
    @Test func saveTakesAllItsOptions() throws {
        let command = try #require(
            try Memoir.parseAsRoot([
                "save", "-c", "invoices", "--metadata", #"{"amount": 42}"#, "--key", "INV-7", "--tenant", "acme",
                "--id", "job-1", "--deadline", "1h", "--ttl", "1h", "--timeout", "500ms", "--no-wait", "--lane", "bulk",
                "--json",
                "--set", "redis.prefix=a:", "SNCB, Lyon",
            ]) as? SaveCommand
        )
        #expect(command.collection == "invoices" && command.content == "SNCB, Lyon" && command.key == "INV-7")
        #expect(command.metadata?.text == #"{"amount": 42}"# && command.tenant == "acme" && command.job.id == "job-1")
        #expect(command.resultTTL == .seconds(3600) && command.wait.timeout == .milliseconds(500))
        #expect(!command.schedule.waits && command.lane == .bulk && command.output.isJSON)
        #expect(command.job.deadline == .after(.seconds(3600)) && command.schedule.runAt == nil)
        #expect(command.settings.settingAssignments.map(\.key) == ["redis.prefix"])
    }

    @Test func standardInputIsADash() throws {
        let command = try #require(try Memoir.parseAsRoot(["save", "-c", "invoices", "-"]) as? SaveCommand)
        #expect(command.content == "-" && command.schedule.waits && command.lane == .save)
    }

    @Test func searchHasDefaults() throws {
        let command = try #require(try Memoir.parseAsRoot(["search", "-c", "invoices", "rail"]) as? SearchCommand)
        #expect(command.topK == 5 && command.filters == nil && command.scoreThreshold == nil)
        #expect(command.wait.timeout == .seconds(30))
    }

    @Test(arguments: [
        (["--key", "k"], ForgetCommand.Target.key("k")),
        (["--point-id", "p"], .pointID("p")),
        (["--filters", #"{"a": 1}"#], .filters(JSONObjectArgument(text: #"{"a": 1}"#))),
    ])
    func forgetTakesOneTarget(options: [String], target: ForgetCommand.Target) throws {
        let command = try #require(try Memoir.parseAsRoot(["forget", "-c", "invoices"] + options) as? ForgetCommand)
        #expect(command.target == target)
    }

    @Test func namedFlagsComeAfterSet() throws {
        let command = try #require(
            try Memoir.parseAsRoot(["worker", "--log-level", "debug", "--set", "logging.level=error"]) as? WorkerCommand
        )
        #expect(command.settings.settingAssignments.map(\.value) == ["error", "debug"])
        #expect(command.settings.settingAssignments.map(\.flag) == ["--set logging.level", "--log-level"])
    }

    @Test(arguments: [
        ["save", "text"],
        ["save", "-c", "invoices", " "],
        ["save", "-c", "invoices", "--metadata", "[1]", "text"],
        ["save", "-c", "invoices", "--metadata", "{", "text"],
        ["save", "-c", "invoices", "--ttl", "10ms", "text"],
        ["save", "-c", "invoices", "--ttl", "soon", "text"],
        ["save", "-c", "invoices", "--lane", "slow", "text"],
        ["save", "-c", "invoices", "--id", "", "text"],
        ["search", "-c", "invoices"],
        ["search", "-c", "invoices", "--top-k", "0", "rail"],
        ["search", "-c", "invoices", "--score-threshold", "nan", "rail"],
        ["search", "-c", "invoices", "--timeout", "0", "rail"],
        ["embed", "--encoding-format", "hex", "text"],
        ["forget", "-c", "invoices"],
        ["forget", "-c", "invoices", "--key", "k", "--point-id", "p"],
        ["config", "--check", "--template"],
        ["stats", "--watch", "1ms"],
        ["worker", "--set", "redis.prefix"],
        ["remember"],
        ["save", "-c", "notes", "--run-at", "tomorrow", "text"],
        ["save", "-c", "notes", "--run-at", "2026-03-01", "text"],
        ["search", "-c", "notes", "--run-at", "10m", "text"],
        ["embed", "--deadline", "soon", "text"],
        ["cancel"],
        ["cancel", ""],
        ["pause"],
        ["pause", "slow"],
        ["resume", "save", "slow"],
        ["dead", "show"],
        ["dead", "show", "job-1"],
        ["dead", "list", "--limit", "0"],
        ["dead", "replay", "--limit", "0"],
        ["dead", "replay", "--older-than", "yesterday"],
        ["dead", "purge", "--lane", "slow"],
        ["backfill", "-c", "invoices", "--all", "--rate", "0"],
        ["backfill", "-c", "invoices", "--all", "--rate", "nan"],
        ["backfill", "-c", "invoices", "--all", "--rate", "1e300"],
        ["backfill", "-c", "invoices", "--all", "--rate", "1e-25"],
        ["follow", "-c", "invoices", "--rate", "-1"],
        ["follow", "-c", "invoices", "--rate", "1e300"],
        ["follow", "-c", "invoices", "--rate", "1e-25"],
    ])
    func mistakesAreOfUsage(arguments: [String]) {
        #expect {
            _ = try Memoir.parseAsRoot(arguments)
        } throws: { error in
            Memoir.exitCode(for: error) == ExitCode(ExitStatus.usage.rawValue)
        }
    }

    @Test(arguments: ["0.001", "2.5", "1e9"])
    func ratesThatCanBeKept(rate: String) throws {
        let backfill = try Memoir.parseAsRoot(["backfill", "-c", "invoices", "--all", "--rate", rate])
        let follow = try Memoir.parseAsRoot(["follow", "-c", "invoices", "--rate", rate])
        #expect((backfill as? BackfillRunCommand)?.rate == Double(rate))
        #expect((follow as? FollowCommand)?.rate == Double(rate))
    }

    @Test func helpTellsCommandsAndExitCodes() {
        let control = ["dead", "cancel", "pause", "resume"]
        let help = Memoir.helpMessage(columns: 80)
        for name in ["save", "search", "embed", "forget", "bootstrap", "worker", "stats", "config", "version"] + control
        {
            #expect(help.contains("\n  \(name) "), "\(name)")
        }
        #expect(help.contains("78  the configuration is wrong"))
        // Examples stay on their lines.
        #expect(help.contains("memoir search -c invoices \"rail travel\" --top-k 3\n"))
    }
}
