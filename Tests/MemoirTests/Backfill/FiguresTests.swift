import Testing

@testable import memoir

@Suite("Figures")
struct FiguresTests {
    @Test(
        "counts are grouped",
        arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345")]
    )
    func count(_ number: Int, _ text: String) {
        #expect(Figures.count(number) == text)
    }

    @Test(
        "dollars",
        arguments: [
            (0.0, "$0.0000"), (0.00016, "$0.0002"), (0.5, "$0.5000"), (1.5, "$1.50"), (12_345.678, "$12,345.68"),
        ]
    )
    func dollars(_ amount: Double, _ text: String) {
        #expect(Figures.dollars(amount) == text)
    }

    @Test(
        "durations",
        arguments: [
            (0.2, "1 s"), (99.0, "99 s"), (100.0, "2 min"), (5_999.0, "100 min"), (12_000.0, "3 h 20 min"),
            (187_200.0, "2 d 4 h"), (.infinity, "very long"),
        ]
    )
    func duration(_ seconds: Double, _ text: String) {
        #expect(Figures.duration(seconds) == text)
    }

    @Test(
        "decimals are rounded, and keep their zeros",
        arguments: [(1.005, 1, "1.0"), (-2.25, 1, "-2.3"), (41.96, 1, "42.0")]
    )
    func decimal(_ value: Double, _ digits: Int, _ text: String) {
        #expect(Figures.decimal(value, digits: digits) == text)
    }
}
