import Testing

@testable import Ops

@Suite struct WaitDurationTests {
    @Test(
        arguments: [
            ("5s", .seconds(5)), ("5", .seconds(5)), ("250ms", .milliseconds(250)), ("60s", .seconds(60)),
            ("60000ms", .seconds(60)), ("61s", nil), ("60001ms", nil), ("0", nil), ("0s", nil), ("-1s", nil), ("", nil),
            ("s", nil), ("5m", nil), ("1.5s", nil), ("5 s", nil), ("9999999999999999999s", nil), ("٥s", nil),
        ] as [(String, Duration?)]
    )
    func aMinuteAtTheMost(text: String, expected: Duration?) {
        #expect((try? WaitDuration.parse(text, longest: .seconds(60))) == expected)
    }
}
