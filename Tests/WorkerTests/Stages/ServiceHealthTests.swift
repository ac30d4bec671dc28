import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("ServiceHealth", .timeLimit(.minutes(1)))
struct ServiceHealthTests {
    private let log = LogRecorder()
    private let reading = CallTarget(.query, "c")
    private let writing = CallTarget(.upsert, "c")

    private func health(wait: Duration, forgottenAfter: Duration = .seconds(60)) -> ServiceHealth {
        ServiceHealth(
            backoff: Backoff(initial: wait, maximum: wait),
            forgottenAfter: forgottenAfter,
            outage: OutageLog(logger: log.logger, failureEvent: "away", recoveryEvent: "back"),
            pool: CallPool(concurrency: 1)
        )
    }

    private func fail(_ health: ServiceHealth, _ target: CallTarget) throws {
        let permit = try #require(health.begin(target))
        health.failed(permit, target, "answered 500", code: "passing", hint: "", retryAfter: nil)
    }

    private func succeed(_ health: ServiceHealth, _ target: CallTarget) throws {
        health.succeeded(try #require(health.begin(target)), target, began: .now)
    }

    @Test("A target that fails does not stop the others; the one that is worst off is shown")
    func targets() throws {
        let health = health(wait: .seconds(60))
        #expect(health.report == ServiceHealth.Report() && health.problem == nil)
        try fail(health, writing)
        #expect(health.begin(writing) == nil)
        #expect(health.report.state == .open && health.report.failures == 1)
        let inMilliseconds = try #require(health.report.retryAt) - WallClock.milliseconds
        #expect((1_000...60_000).contains(inMilliseconds))
        try succeed(health, reading)
        #expect(health.admission(reading) == .anyCall && health.admission(writing) == .nothing)
        #expect(health.problem == "answered 500" && health.report.state == .open)
        #expect(log.events == ["away"])
    }

    @Test("The service is back when all of its targets are, and is logged so once")
    func recovery() async throws {
        let health = health(wait: .milliseconds(1))
        try fail(health, writing)
        try fail(health, reading)
        try await Task.sleep(for: .milliseconds(2))
        #expect(health.report.state == .halfOpen && health.report.retryAt == nil)
        try succeed(health, reading)
        #expect(health.problem != nil && log.events == ["away"])
        try succeed(health, writing)
        #expect(health.problem == nil && health.report == ServiceHealth.Report())
        #expect(log.events == ["away", "back"])
    }

    @Test("A target that nothing waits for any more is no problem")
    func forgotten() async throws {
        let health = health(wait: .milliseconds(1), forgottenAfter: .milliseconds(1))
        try fail(health, writing)
        try fail(health, reading)
        try await Task.sleep(for: .milliseconds(5))
        try succeed(health, reading)
        #expect(health.problem == nil && health.report.state == .closed)
        #expect(try #require(health.begin(writing)).isProbe, "it is tried with care all the same")
    }
}
