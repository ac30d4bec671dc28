import Logging
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("OutageLog")
struct OutageLogTests {
    private let recorder = LogRecorder()

    private func outage() -> OutageLog {
        OutageLog(logger: recorder.logger, failureEvent: "away", recoveryEvent: "back")
    }

    @Test("A service that is away is logged once, however often it fails, and once when it is back")
    func once() {
        let outage = outage()
        #expect(outage.current == nil)
        for _ in 0..<100 { outage.failed("refused", code: "passing", hint: "look") }
        #expect(outage.current == "refused")
        #expect(recorder.events == ["away"])
        outage.recovered()
        outage.recovered()
        #expect(recorder.events == ["away", "back"])
        #expect(outage.current == nil)
        #expect(recorder.lines.first?.level == .error)
        #expect(
            recorder.lines.first?.metadata == ["error": "refused", "code": "passing", "hint": "look", "for_s": "0"]
        )
    }

    @Test("Another cause is logged too, at most once a second")
    func anotherCause() async throws {
        let outage = outage()
        outage.failed("refused", code: "passing", hint: "")
        outage.failed("no route", code: "passing", hint: "")
        #expect(recorder.events == ["away"])
        #expect(outage.current == "no route")
        try await Task.sleep(for: .milliseconds(1_010))
        outage.failed("no route", code: "passing", hint: "")
        #expect(recorder.events == ["away"], "the same cause again is no news")
        outage.failed("refused", code: "passing", hint: "")
        #expect(recorder.events == ["away", "away"])
    }

    @Test("A service that comes and goes is no flood of lines")
    func flapping() {
        let outage = outage()
        for _ in 0..<100 {
            outage.failed("refused", code: "passing", hint: "")
            outage.recovered()
        }
        #expect(recorder.events == ["away", "back"])
        #expect(outage.current == nil)
    }
}
