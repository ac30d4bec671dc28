import ArgumentParser
import JobQueue
import Memory
import Testing

@testable import memoir

/// The options of the commands that an operator steers with.
@Suite struct ControlOptionsTests {
    @Test(arguments: [
        ("2026-03-01T09:30:00Z", 1_772_357_400_000),
        ("2026-03-01T09:30:00.250Z", 1_772_357_400_250),
        ("2026-03-01T10:30:00+01:00", 1_772_357_400_000),
        ("10m", 600_000 + 5),
        ("90", 90_000 + 5),
    ])
    func timesAreMomentsOrFromNow(text: String, expected: Int) throws {
        #expect(try TimeArgument.read(text).milliseconds(now: 5) == expected)
    }

    @Test(arguments: [
        ([], true), (["--run-at", "10m"], false), (["--run-at", "10m", "--wait"], true), (["--no-wait"], false),
        (["--run-at", "10m", "--no-wait"], false),
    ])
    func aScheduledJobIsNotWaitedFor(options: [String], waits: Bool) throws {
        let save = try Memoir.parseAsRoot(["save", "-c", "notes", "text"] + options) as? SaveCommand
        #expect(save?.schedule.waits == waits)
        let forget = try Memoir.parseAsRoot(["forget", "-c", "notes", "--key", "k"] + options) as? ForgetCommand
        #expect(forget?.schedule.waits == waits)
    }

    @Test func everyJobTakesAnIdAndADeadline() throws {
        let options = ["--id", "a", "--deadline", "5s"]
        let jobs = [
            (try Memoir.parseAsRoot(["search", "-c", "notes", "text"] + options) as? SearchCommand)?.job,
            (try Memoir.parseAsRoot(["embed", "text"] + options) as? EmbedCommand)?.job,
            (try Memoir.parseAsRoot(["forget", "-c", "notes", "--key", "k"] + options) as? ForgetCommand)?.job,
        ]
        for job in jobs { #expect(job?.id == "a" && job?.deadline == .after(.seconds(5))) }
    }

    @Test(arguments: [
        (["bulk"], [Lane.bulk]), (["bulk", "search", "bulk"], [.search, .bulk]), (["all"], Lane.allCases),
        (["save", "all"], Lane.allCases),
    ])
    func lanesAreNamedOnce(arguments: [String], expected: [Lane]) throws {
        let pause = try #require(try Memoir.parseAsRoot(["pause"] + arguments) as? PauseCommand)
        #expect(LaneArgument.lanes(pause.lanes) == expected)
        let resume = try #require(try Memoir.parseAsRoot(["resume"] + arguments) as? ResumeCommand)
        #expect(LaneArgument.lanes(resume.lanes) == expected)
    }

    @Test func deadLettersAreFiltered() throws {
        let command = try #require(
            try Memoir.parseAsRoot([
                "dead", "replay", "--type", "sav", "-c", "notes", "--code", "invalid_job", "--lane", "bulk", "--job",
                "a",
                "--older-than", "2h", "--newer-than", "10m", "--limit", "5", "--dry-run", "-y",
            ]) as? DeadReplayCommand
        )
        var expected = DeadLetterFilter()
        expected.type = "sav"
        expected.collection = "notes"
        expected.code = "invalid_job"
        expected.lane = .bulk
        expected.jobID = "a"
        expected.olderThan = .seconds(7_200)
        expected.newerThan = .seconds(600)
        #expect(command.letters.filter == expected)
        #expect(command.consent.limit == 5 && command.consent.dryRun && command.consent.yes)
    }

    @Test func anEmptyFilterMeansAll() throws {
        let command = try #require(try Memoir.parseAsRoot(["dead", "purge"]) as? DeadPurgeCommand)
        #expect(command.letters.filter == DeadLetterFilter())
        #expect(command.consent.limit == nil && !command.consent.dryRun && !command.consent.yes)
    }

    @Test(arguments: [
        ("plain", "plain"), ("a\u{1B}[31mb", "a [31mb"), ("a\r\nb\tc", "a  b c"), ("東京\u{9B}", "東京 "), ("", ""),
    ])
    func whatIsShownSteersNoTerminal(text: String, expected: String) {
        #expect(Terminal.harmless(text) == expected)
    }

    @Test func cancellationsAreReportedInOrder() {
        var report = CancellationReport(["a", "b", "a", "c"])
        #expect(report.ids == ["a", "b", "c"] && report.marked == ["a", "b", "c"])
        report.answered("b", .init(parsing: Array(#"{"status":"error","error":{"code":"cancelled"}}"#.utf8)[...]))
        report.answered("c", .init(parsing: Array(#"{"status":"ok"}"#.utf8)[...]))
        #expect(report.marked == ["a"])
        #expect(
            report.lines == [
                "a  marked: answered when its turn comes", "b  cancelled", "c  finished already: ok",
            ]
        )
        #expect(
            report.jsonLines == [
                #"{"id":"a","state":"marked","status":null,"code":null}"#,
                #"{"id":"b","state":"cancelled","status":"error","code":"cancelled"}"#,
                #"{"id":"c","state":"finished","status":"ok","code":null}"#,
            ]
        )
    }

    @Test func aLanesStateIsPausedOrRunning() {
        #expect(
            LaneStateText.text([.bulk: 1_772_357_400_000]) == """
                search  running
                save    running
                embed   running
                bulk    paused since 2026-03-01T09:30:00.000Z
                """
        )
        let json = { (paused: [Lane: Int]) in String(decoding: LaneControl.json(paused), as: UTF8.self) }
        #expect(json([.bulk: 7, .search: 5]) == #"{"paused":{"search":5,"bulk":7}}"#)
        #expect(json([:]) == #"{"paused":{}}"#)
    }
}
