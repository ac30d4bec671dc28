import Testing

@testable import Backfill

@Suite("Throttle")
struct ThrottleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var rows = 1_000
        let change: @Sendable (inout Throttle.Figures) -> Void
        let expected: String?

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "nothing in the way", change: { _ in }, expected: nil),
        Case(name: "room for just the page", change: { $0.lag = 9_000 }, expected: nil),
        Case(name: "one too many", change: { $0.lag = 9_001 }, expected: "lag"),
        Case(name: "nobody works", change: { $0.set(lag: 20_000, workers: 0) }, expected: "no_workers"),
        Case(name: "nobody works yet, and there is room", change: { $0.workers = 0 }, expected: nil),
        Case(name: "an empty lane takes any page", rows: 50_000, change: { _ in }, expected: nil),
        Case(name: "a page too large for what is there", rows: 50_000, change: { $0.lag = 1 }, expected: "lag"),
        Case(name: "the lane's own bound", change: { $0.set(lag: 5_000, bound: 5_500) }, expected: "lane_full"),
        Case(name: "no bound", change: { $0.set(lag: 5_000, bound: 0) }, expected: nil),
        Case(name: "paused", change: { $0.isLanePaused = true }, expected: "lane_paused"),
        Case(name: "memory at the bound", change: { $0.redisPercent = 80 }, expected: nil),
        Case(name: "memory above it", change: { $0.redisPercent = 81 }, expected: "redis_memory"),
        Case(name: "budget", change: { $0.isBudgetUsed = true }, expected: "budget"),
        Case(
            name: "the service waits, and jobs gather",
            change: { $0.set(lag: 20_000, providerWaitsUntil: 5_000) },
            expected: "provider"
        ),
        Case(
            name: "the service waits a moment",
            change: { $0.set(lag: 20_000, providerWaitsUntil: 1_900) },
            expected: "lag"
        ),
        Case(name: "the service waits, and there is room", change: { $0.providerWaitsUntil = 5_000 }, expected: nil),
    ]

    @Test("waits for what is in the way, and says what it is", arguments: cases)
    func reason(_ aCase: Case) {
        var figures = Throttle.Figures()
        figures.workers = 1
        figures.now = 1_000
        aCase.change(&figures)
        let reason = Throttle(limits: Throttle.Limits()).reasonToWait(aCase.rows, figures)
        #expect(reason?.code == aCase.expected)
    }

    @Test(
        "keeps to the rate",
        arguments: [
            (100, Duration.seconds(1), Duration.seconds(1)),
            (100, .seconds(2), .zero),
            (100, .seconds(5), .zero),
            (0, .zero, .zero),
        ]
    )
    func rate(_ rows: Int, _ elapsed: Duration, _ expected: Duration) {
        var limits = Throttle.Limits()
        limits.rowsPerSecond = 50
        #expect(Throttle(limits: limits).pause(afterRows: rows, in: elapsed) == expected)
    }

    @Test("without a rate there is no pause")
    func noRate() {
        #expect(Throttle(limits: Throttle.Limits()).pause(afterRows: 1_000_000, in: .zero) == .zero)
    }
}

extension Throttle.Figures {
    fileprivate mutating func set(lag: Int, bound: Int? = nil, workers: Int = 1, providerWaitsUntil: Int? = nil) {
        self.lag = lag
        laneBound = bound
        self.workers = workers
        self.providerWaitsUntil = providerWaitsUntil
    }
}
