import Testing

@testable import Backfill

@Suite("Pace")
struct PaceTests {
    @Test("nothing is known, nothing is said")
    func unknown() {
        #expect(Pace().slowest(tokensPerItem: 40) == nil)
    }

    @Test("the slowest counts")
    func slowest() throws {
        var pace = Pace()
        pace.tokensPerMinute = 60_000
        let byTokens = try #require(pace.slowest(tokensPerItem: 10))
        #expect(byTokens.rowsPerSecond == 100)
        pace.lastRowsPerSecond = 50
        #expect(pace.slowest(tokensPerItem: 10)?.rowsPerSecond == 50)
        pace.rowsPerSecond = 20
        let asked = try #require(pace.slowest(tokensPerItem: 10))
        #expect(asked.rowsPerSecond == 20)
        #expect(asked.reason == "at the rate asked for")
    }

    @Test("rows without tokens are not held up by a limit of tokens")
    func noTokens() {
        var pace = Pace()
        pace.tokensPerMinute = 60_000
        #expect(pace.slowest(tokensPerItem: 0) == nil)
    }
}
