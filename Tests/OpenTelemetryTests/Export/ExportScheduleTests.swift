import Reactor
import Testing

@testable import OpenTelemetry

@Suite struct ExportScheduleTests {
    private static let failure = ExportVerdict.Failure(reason: "the collector answered 503", hint: "")
    private static let passing = ExportVerdict.passing(failure, retryAfter: nil)
    private let start = ContinuousClock.now
    private var configuration: ExportConfiguration {
        let resource = TraceResource(serviceName: "memoir", serviceVersion: "1", instanceID: "one")
        var configuration = ExportConfiguration(url: "http://127.0.0.1:1/v1/traces", resource: resource)
        configuration.maximumAttempts = 3
        return configuration
    }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func waitsForABatchOrForTheInterval() {
        var schedule = ExportSchedule(configuration, batchSize: 10)
        #expect(schedule.next(waiting: 0, now: at(0)) == .wait(until: nil))
        #expect(schedule.next(waiting: 1, now: at(1)) == .wait(until: at(6)))
        // The time of the first counts, whoever comes later.
        #expect(schedule.next(waiting: 9, now: at(5)) == .wait(until: at(6)))
        #expect(schedule.next(waiting: 9, now: at(6)) == .take)
        #expect(schedule.ended(.accepted(rejected: 0), now: at(7)) == .done)
        #expect(schedule.next(waiting: 0, now: at(7)) == .wait(until: nil))
        #expect(schedule.next(waiting: 10, now: at(8)) == .take)
    }

    @Test func aBatchThatFailsInPassingIsSentAgainAndGivenUpInTheEnd() throws {
        var schedule = ExportSchedule(configuration, batchSize: 10)
        #expect(schedule.next(waiting: 10, now: at(0)) == .take)
        var now = at(0)
        var waits: [Duration] = []
        for consequence in [ExportSchedule.Consequence.again, .again, .givenUp] {
            #expect(schedule.ended(Self.passing, now: now) == consequence)
            guard case .wait(let until) = schedule.next(waiting: 10, now: now) else {
                Issue.record("sent again at once")
                return
            }
            let later = try #require(until)
            waits.append(later - now)
            now = later
            #expect(schedule.next(waiting: 10, now: now) == (consequence == .again ? .sendAgain : .take))
        }
        for (wait, ceiling) in zip(waits, [1.0, 2, 4]) {
            #expect(wait >= .seconds(ceiling / 10) && wait <= .seconds(ceiling))
        }
    }

    @Test(arguments: [(7.0, 7.0), (100_000, 300)])
    func heedsRetryAfterUpToABound(_ asked: Double, _ waited: Double) {
        var schedule = ExportSchedule(configuration, batchSize: 10)
        #expect(schedule.next(waiting: 10, now: at(0)) == .take)
        let verdict = ExportVerdict.passing(Self.failure, retryAfter: .seconds(asked))
        #expect(schedule.ended(verdict, now: at(0)) == .again)
        #expect(schedule.next(waiting: 10, now: at(0)) == .wait(until: at(waited)))
    }

    @Test func whatIsRefusedIsNotSentAgain() {
        var schedule = ExportSchedule(configuration, batchSize: 10)
        #expect(schedule.next(waiting: 10, now: at(0)) == .take)
        #expect(schedule.ended(.refused(Self.failure), now: at(0)) == .givenUp)
        #expect(schedule.next(waiting: 3, now: at(0)) == .wait(until: at(5)))
    }

    @Test func atAStopAllThatIsLeftIsSent() {
        var schedule = ExportSchedule(configuration, batchSize: 10)
        #expect(schedule.next(waiting: 3, now: at(0)) == .wait(until: at(5)))
        schedule.stop()
        #expect(schedule.next(waiting: 3, now: at(1)) == .take)
        #expect(schedule.ended(.accepted(rejected: 0), now: at(1)) == .done)
        #expect(schedule.next(waiting: 0, now: at(1)) == .finish)
    }

    @Test func atAStopTheBatchInHandGetsOneMoreAttemptAtOnce() {
        var schedule = ExportSchedule(configuration, batchSize: 10)
        #expect(schedule.next(waiting: 10, now: at(0)) == .take)
        let verdict = ExportVerdict.passing(Self.failure, retryAfter: .seconds(200))
        #expect(schedule.ended(verdict, now: at(0)) == .again)
        schedule.stop()
        #expect(schedule.next(waiting: 10, now: at(0)) == .sendAgain)
        #expect(schedule.ended(verdict, now: at(0)) == .givenUp)
        // What is left would fare no better.
        #expect(schedule.next(waiting: 10, now: at(0)) == .finish)
    }

    @Test func aTransportThatIsClosedEndsIt() {
        var schedule = ExportSchedule(configuration, batchSize: 10)
        #expect(schedule.next(waiting: 10, now: at(0)) == .take)
        #expect(schedule.ended(.cancelled, now: at(0)) == .givenUp)
        #expect(schedule.next(waiting: 10, now: at(0)) == .finish)
    }
}
