import JobQueue
import Testing

struct SpendingLimitsTests {
    @Test(arguments: [
        (0, 20_000_000, 0), (1, 20_000_000, 20), (1_000_000, 20_000_000, 20_000_000), (1, 12_500_000, 13),
        (2, 12_500_000, 25), (300_000, 1_000_000_000_000, 300_000_000_000), (7, 0, 0),
        (.max, 20_000_000, .max), (.max, 1_000_000_000_000, .max), (.max, 100_000, 922_337_203_685_477_581),
    ])
    func price(tokens: Int, perMillion: Int, expected: Int) {
        var limits = SpendingLimits()
        limits.pricePerMillionTokens = perMillion
        #expect(limits.price(ofTokens: tokens) == expected)
    }

    @Test(arguments: [
        (1_000, 80, 800), (999, 80, 799), (5, 0, 0), (5, 100, 5), (1_000_000_000_000_000, 80, 800_000_000_000_000),
    ])
    func bulkBudget(budget: Int, percent: Int, expected: Int) {
        var limits = SpendingLimits()
        limits.dailyBudget = budget
        limits.bulkBudgetPercent = percent
        #expect(limits.bulkBudget == expected)
    }

    @Test(arguments: [
        (0, "1970-01-01"), (1, "1970-01-02"), (20_663, "2026-07-29"), (19_782, "2024-02-29"), (19_783, "2024-03-01"),
        (-1, "1969-12-31"), (47_540, "2100-02-28"), (47_541, "2100-03-01"), (10_956, "1999-12-31"),
    ])
    func days(number: Int, text: String) {
        #expect("\(UTCDay(number: number))" == text)
        #expect(UTCDay(milliseconds: number * 86_400_000 + 86_399_999) == UTCDay(number: number))
    }

    @Test(arguments: [
        (0, "$0.00"), (20, "$0.00000002"), (20_000_000, "$0.02"), (1_500_000_000, "$1.50"),
        (12_345_600_000, "$12.3456"), (-20_000_000, "-$0.02"),
    ])
    func dollars(nanodollars: Int, text: String) {
        #expect(DollarText.of(nanodollars: nanodollars) == text)
    }

    /// Whatever the limit, calls of the size that is promised fit beside what bulk leaves to others.
    @Test(arguments: [(1, 1), (10, 4), (10_000, 4_000), (40_000, 8_000), (1_000_000, 80_000), (150_000, 12_000)])
    func largestCall(limit: Int, expected: Int) {
        #expect(ProviderRates(tokensPerMinute: limit).largestCall == expected)
    }
}
