import JobQueue
import Testing

@testable import Backfill

@Suite("Progress")
struct ProgressTests {
    private static let start = ContinuousClock.now

    @Test("a rate is that of the last seconds, not of all")
    func rate() throws {
        var meter = RateMeter()
        for second in 0...20 { meter.note(second * 100, at: Self.start + .seconds(second)) }
        for second in 21...40 { meter.note(2_000 + (second - 20) * 10, at: Self.start + .seconds(second)) }
        let rate = try #require(meter.perSecond)
        #expect(abs(rate - 10) < 0.01)
    }

    @Test("one point tells no rate")
    func onePoint() {
        var meter = RateMeter()
        #expect(meter.perSecond == nil)
        meter.note(5, at: Self.start)
        #expect(meter.perSecond == nil)
    }

    @Test("points close together do not pile up, and the newest counts")
    func closePoints() throws {
        var meter = RateMeter()
        meter.note(0, at: Self.start)
        for step in 1...1_000 { meter.note(step, at: Self.start + .seconds(1) + .microseconds(step)) }
        let rate = try #require(meter.perSecond)
        #expect(rate > 990 && rate < 1_001)
    }

    @Test("what is left is told from the rate")
    func timeLeft() {
        var progress = BackfillProgress()
        progress.planned = 1_000
        #expect(progress.secondsLeft == nil)
        progress.rowsPerSecond = 10
        progress.checkpoint.rejected = 100
        // Told before the run began, and no failures of it.
        progress.checkpoint.leftOut = 7
        progress.tally = RunTally(ok: 380, error: 15, expired: 5)
        #expect(progress.finished == 500)
        #expect(progress.failed == 120)
        #expect(progress.secondsLeft == 50)
    }

    @Test("a checkpoint is read back as it was written")
    func checkpoint() {
        var checkpoint = Checkpoint(leavingOut: 3)
        checkpoint.after = RowKey(["a \"b\"", "é", "12"])
        checkpoint.read = 10
        checkpoint.enqueued = 7
        checkpoint.isComplete = true
        let fields = Dictionary(uniqueKeysWithValues: checkpoint.fields.map { ($0.name, $0.value) })
        #expect(Checkpoint(fields) == checkpoint)
        #expect(Checkpoint([:]) == Checkpoint())
    }

    @Test("jobs are gone when nothing is queued for a while and they are not counted")
    func vanished() {
        var watch = VanishedJobs()
        let isGone = { (watch: inout VanishedJobs, missing: Int, queued: Int, second: Int) in
            watch.areGone(missing: missing, inQueue: queued, at: Self.start + .seconds(second))
        }
        #expect(!isGone(&watch, 5, 3, 0))
        #expect(!isGone(&watch, 5, 0, 1))
        #expect(!isGone(&watch, 4, 0, 9))
        #expect(!isGone(&watch, 4, 0, 18))
        #expect(isGone(&watch, 4, 0, 19))
        #expect(!isGone(&watch, 4, 1, 40))
        #expect(!isGone(&watch, 4, 0, 41))
        #expect(!isGone(&watch, 0, 0, 60))
    }
}
