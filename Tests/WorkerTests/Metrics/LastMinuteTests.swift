import Testing

@testable import Worker

@Suite("What happened in the last minute")
struct LastMinuteTests {
    private let start = ContinuousClock.now

    @Test("Quantiles are those of the numbers, within a sixteenth", arguments: [1, 7, 8, 100, 12_345, 60_000_000])
    func quantiles(scale: Int) throws {
        var counts = LatencyCounts()
        #expect(counts.quantile(50) == nil)
        for number in 1...1_000 { counts.record(number * scale) }
        for percent in [1, 50, 95, 99, 100] {
            let exact = Double(percent * 10 * scale)
            let quantile = Double(try #require(counts.quantile(percent)))
            #expect(abs(quantile - exact) <= exact / 16, "\(percent) %: \(quantile) and not \(exact)")
        }
    }

    @Test("Times that cannot be are counted all the same", arguments: [(-5, 0), (0, 0), (7, 7)])
    func oddities(microseconds: Int, quantile: Int) {
        var counts = LatencyCounts()
        counts.record(microseconds)
        #expect(counts.quantile(50) == quantile)
        counts.record(.max)
        #expect(counts.count == 2)
    }

    @Test("What is older than a minute is forgotten, what is younger than fifty seconds never")
    func forgetting() {
        var minute = LastMinute<BatchSums>()
        // One call a second, seen each second.
        for second in 0..<300 {
            let calls = minute.total(at: start + .seconds(second)).calls
            #expect((min(50, second)...60).contains(calls), "\(calls) calls after \(second) s")
            minute.current.calls += 1
        }
        #expect(minute.total(at: start + .seconds(400)).calls == 0)
    }

    @Test("Where nobody looked for long, nothing stands longer than a minute after the next look")
    func rareLooks() {
        var minute = LastMinute<BatchSums>()
        _ = minute.total(at: start)
        minute.current.calls = 5
        #expect(minute.total(at: start + .seconds(1_000)).calls == 0)
        minute.current.calls = 3
        #expect(minute.total(at: start + .seconds(1_005)).calls == 3)
    }

    @Test("Sums are of all that was recorded")
    func sums() {
        var minute = LastMinute<LatencyCounts>()
        for second in 0..<40 {
            minute.current.record(second < 20 ? 1 : 3)
            _ = minute.total(at: start + .seconds(second))
        }
        let total = minute.total(at: start + .seconds(40))
        #expect(total.count == 40)
        #expect(total.quantile(50) == 1)
        #expect(total.quantile(51) == 3)
    }
}
