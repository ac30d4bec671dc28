import Testing

@testable import MCP

@Suite struct ProgressPaceTests {
    /// What is reported when, in milliseconds, and whether it is sent.
    @Test func onlyWhatRisesAndNotTooOften() {
        let start = ContinuousClock.now
        var pace = ProgressPace()
        let steps: [(Double, Int, Bool)] = [
            (0, 0, true), (1, 50, false), (1, 100, true), (1, 300, false), (0.5, 400, false), (1.5, 401, true),
            (.infinity, 600, false), (.nan, 700, false), (-1, 800, false), (2, 900, true),
        ]
        for (value, time, isSent) in steps {
            let wasSent = pace.admit(value, at: start + .milliseconds(time))
            #expect(wasSent == isSent, "\(value) at \(time)")
        }
        pace.close()
        let wasSent = pace.admit(3, at: start + .seconds(10))
        #expect(!wasSent)
    }
}
