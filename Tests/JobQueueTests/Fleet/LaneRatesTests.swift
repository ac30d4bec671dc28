import JobQueue
import Testing

@Suite("LaneRates: what flows, and when the lane is empty")
struct LaneRatesTests {
    private static func flow(
        _ entries: Int,
        waiting: Int,
        added: Int,
        delivered: Int? = nil,
        isExact: Bool = true
    ) -> LaneFlow {
        LaneFlow(
            entries: entries,
            pending: entries - waiting,
            added: added,
            delivered: delivered,
            undelivered: isExact ? .exact(waiting) : .estimated(waiting)
        )
    }

    private func rates(_ flows: [LaneFlow], seconds: Int = 1) -> LaneRates? {
        let start = ContinuousClock.now
        var window = FlowWindow()
        for (index, flow) in flows.enumerated() {
            window.add([.save: flow], at: start + .seconds(seconds * index))
        }
        return window.rates(.save)
    }

    @Test(
        "Two looks tell what came, left and was claimed a second",
        arguments: [
            // Before, now; came, left, claimed a second; ms until it is empty.
            (flow(0, waiting: 0, added: 0), flow(100, waiting: 70, added: 100), 10, 0, 3, nil),
            (flow(100, waiting: 70, added: 100), flow(50, waiting: 20, added: 100), 0, 5, 5, 10_000),
            (flow(100, waiting: 70, added: 100), flow(100, waiting: 70, added: 300), 20, 20, 20, nil),
            // A drain of one job in ten seconds, which a rate in whole numbers does not show.
            (flow(100, waiting: 70, added: 100), flow(99, waiting: 69, added: 100), 0, 0, 0, 990_000),
            (flow(9, waiting: 0, added: 9), flow(0, waiting: 0, added: 9), 0, 1, 0, 0),
            // Somebody deleted sixty that were not claimed: the server's own count knows.
            (
                flow(100, waiting: 70, added: 100, delivered: 30), flow(40, waiting: 10, added: 100, delivered: 30),
                0, 6, 0, 6_667
            ),
            // The server's own count jumped over what was deleted: what stands knows.
            (
                flow(100, waiting: 70, added: 100, delivered: 30), flow(90, waiting: 60, added: 100, delivered: 99),
                0, 1, 1, 90_000
            ),
        ] as [(LaneFlow, LaneFlow, Int, Int, Int, Int?)]
    )
    func twoLooks(before: LaneFlow, now: LaneFlow, came: Int, left: Int, claimed: Int, drain: Int?) throws {
        let measured = self.rates([before, now], seconds: 10)
        let rates = try #require(measured)
        #expect(rates.came == came && rates.left == left && rates.claimed == claimed)
        #expect(rates.drain(entries: now.entries) == drain)
        #expect(LaneRates(rates.fields(.save).map { (name: $0.name, value: "\($0.value)") }, lane: .save) == rates)
        #expect(
            LaneRates(rates.fields(.save).map { (name: $0.name, value: "\($0.value)") }, lane: .bulk) == LaneRates()
        )
    }

    @Test("One look tells nothing, and a lane that is another one by now begins anew")
    func beginsAnew() {
        #expect(rates([]) == nil)
        #expect(rates([Self.flow(5, waiting: 5, added: 5)]) == nil)
        let flushed = [Self.flow(5, waiting: 5, added: 500), Self.flow(2, waiting: 2, added: 2)]
        #expect(rates(flushed) == nil)
        #expect(rates(flushed + [Self.flow(4, waiting: 4, added: 4)])?.came == 2)
        #expect(LaneRates().drain(entries: 0) == nil && LaneRates().drain(entries: 3) == nil)
    }

    @Test("The rates are those of the last ten seconds")
    func spansTenSeconds() {
        let burst = [Self.flow(1_000, waiting: 1_000, added: 1_000)]
        let quiet = Array(repeating: Self.flow(2_000, waiting: 2_000, added: 2_000), count: 10)
        #expect(rates(burst + quiet)?.came == 100)
        #expect(rates(burst + quiet + quiet.prefix(1))?.came == 0)
    }
}
