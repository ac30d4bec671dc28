import Testing

@testable import Worker

@Suite("RecentChanges")
struct RecentChangesTests {
    @Test(
        "Changes are many while the one before the last is young",
        arguments: [
            ([], 0, false), ([0], 0, false), ([0, 100], 100, true), ([0, 100], 249, true), ([0, 100], 250, false),
            ([0, 300], 300, false), ([0, 300, 310], 549, true), ([0, 300, 310], 550, false),
        ] as [([Int], Int, Bool)]
    )
    func many(times: [Int], now: Int, areMany: Bool) {
        let start = ContinuousClock.now
        var changes = RecentChanges(window: .milliseconds(250))
        for time in times { changes.changed("c", at: start + .milliseconds(time)) }
        #expect(changes.areMany("c", at: start + .milliseconds(now)) == areMany)
        #expect(!changes.areMany("d", at: start + .milliseconds(now)))
    }
}
