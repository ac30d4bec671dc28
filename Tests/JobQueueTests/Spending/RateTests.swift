import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

/// The shared buckets, by the clock of Redis, on every server that is at hand.
@Suite(.timeLimit(.minutes(2)))
struct RateTests {
    /// A limit, what calls use, how many of them a full bucket lets out at once, and the least wait after them.
    struct Row: Sendable, CustomTestStringConvertible {
        var requests = 0
        var tokens = 0
        let each: Int
        var bulk = false
        let atOnce: Int
        /// Milliseconds.
        let wait: ClosedRange<Int>

        var testDescription: String { "\(requests)/\(tokens) \(each)\(bulk ? " bulk" : "")" }
    }

    static let rows = [
        // 10 at once, 90 flow in within a minute: one in 667 ms.
        Row(requests: 100, each: 1, atOnce: 10, wait: 1...667),
        // Bulk leaves two.
        Row(requests: 100, each: 1, bulk: true, atOnce: 8, wait: 1...667),
        Row(requests: 1, each: 1, atOnce: 1, wait: 60_000...120_000),
        Row(requests: 1, each: 1, bulk: true, atOnce: 1, wait: 60_000...120_000),
        Row(tokens: 1_000_000, each: 25_000, atOnce: 4, wait: 1...1_667),
        Row(tokens: 1_000_000, each: 25_000, bulk: true, atOnce: 3, wait: 1...1_667),
        // As large as a call may become.
        Row(tokens: 1_000_000, each: 80_000, bulk: true, atOnce: 1, wait: 1...5_334),
        // Larger than the bucket: out as a debt.
        Row(tokens: 10_000, each: 8_000, atOnce: 1, wait: 90_000...96_000),
        Row(requests: 100, tokens: 1_000_000, each: 50_000, atOnce: 2, wait: 1...3_334),
    ]

    @Test(arguments: RedisBinary.available, rows) @Reactor
    func buckets(binary: RedisBinary, row: Row) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance {
            $0.requestsPerMinute = row.requests
            $0.tokensPerMinute = row.tokens
        }
        for _ in 0..<row.atOnce {
            #expect(try await allowance.reserve(tokens: row.each, carriesBulk: row.bulk).isGo)
        }
        let wait = try #require(try await allowance.reserve(tokens: row.each, carriesBulk: row.bulk).wait)
        #expect(row.wait.contains(Int(wait / .milliseconds(1))), "\(wait)")
        if row.bulk && row.requests > 1 {
            // What bulk leaves is for others.
            #expect(try await allowance.reserve(tokens: row.each, carriesBulk: false).isGo)
        }
        #expect((1...3_600).contains(try await rig.seconds(rig.keys.provider)))
    }

    /// Three workers that want more than the limit: in 2 s no more goes out than a full bucket and what flows in.
    @Test(arguments: RedisBinary.available) @Reactor
    func workersShare(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let began = try await rig.redis.time()
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<3 {
                let allowance = try await rig.allowance("w\(worker)") { $0.requestsPerMinute = 6_000 }
                group.addTask(executorPreference: Reactor.loop) { try await Self.drive(allowance) }
            }
            var counts: [Int] = []
            while let count = try await group.next() { counts.append(count) }
            return counts
        }
        let elapsed = Double(try await rig.redis.time() - began) / 60_000_000
        let total = counts.reduce(0, +)
        #expect(Double(total) <= 600 + 5_400 * elapsed)
        #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
    }

    @Reactor
    private static func drive(_ allowance: ProviderAllowance) async throws -> Int {
        let end = ContinuousClock.now + .seconds(2)
        var count = 0
        while ContinuousClock.now < end {
            switch try await allowance.reserve(tokens: 1, carriesBulk: false) {
            case .go: count += 1
            case .wait(let wait, _): try await Task.sleep(for: wait)
            case .budgetExceeded: Issue.record("no budget was set")
            }
        }
        return count
    }

    /// What was set aside is corrected: fewer tokens, none at all, more.
    @Test(arguments: RedisBinary.available) @Reactor
    func corrections(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance { $0.tokensPerMinute = 1_000_000 }
        for _ in 0..<50 { #expect(try await allowance.call(80_000, used: 10).isGo) }
        guard case .go(let reservation?) = try await allowance.reserve(tokens: 90_000, carriesBulk: false) else {
            Issue.record("did not go")
            return
        }
        #expect(try await allowance.reserve(tokens: 50_000, carriesBulk: false).wait != nil)
        try await allowance.book(.unused(reservation))
        #expect(try await allowance.call(10, used: 100_000).isGo)
        #expect(try await allowance.reserve(tokens: 50_000, carriesBulk: false).wait != nil)
        let left = try #require(try await rig.state().tokensLeft)
        #expect(left < 50_000)
    }

    /// Where we set no limit, the provider's own counts, for all who hear of it from Redis.
    @Test(arguments: RedisBinary.available) @Reactor
    func theProvidersLimit(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance()
        let other = try await rig.allowance("w2")
        #expect(!allowance.isLimited)
        let report = ProviderReport(requests: .init(limit: 100, remaining: 99), tokens: .init(limit: 1_000_000))
        try await allowance.book(.test(nil, tokens: 5, report: report))
        #expect(allowance.rates == ProviderRates(requestsPerMinute: 100, tokensPerMinute: 1_000_000))
        try await other.book(.test(nil, tokens: 5))
        #expect(other.isLimited && other.rates == allowance.rates)
        var out = 0
        while try await other.reserve(tokens: 1, carriesBulk: false).isGo { out += 1 }
        // Two were used before.
        #expect(out == 8)
        let state = try await rig.state()
        #expect(state.requestsLimit == 100 && state.requestsLeft == 0 && state.tokensLimit == 1_000_000)
        // One who sets a limit of its own keeps to that.
        let own = try await rig.allowance("w3") { $0.requestsPerMinute = 100_000 }
        #expect(try await own.reserve(tokens: 1, carriesBulk: false).isGo)
        #expect(own.rates.requestsPerMinute == 100_000)
    }

    /// What the provider says is left lowers the bucket, and never raises it.
    @Test(arguments: RedisBinary.available) @Reactor
    func whatIsLeft(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance { $0.requestsPerMinute = 600 }
        for (remaining, left) in [(nil, 59), (3, 3), (400, 2), (0, 0)] {
            let report = ProviderReport(requests: .init(limit: 600, remaining: remaining, reset: .seconds(60)))
            #expect(try await allowance.call(1, report: report).isGo)
            let state = try await rig.state()
            // What flows in meanwhile, one in 111 ms, counts too.
            #expect(abs((state.requestsLeft ?? -100) - left) <= 1, "\(remaining ?? -1)")
        }
        #expect(try await allowance.reserve(tokens: 1, carriesBulk: false).wait != nil)
    }

    /// One worker's 429 stops all.
    @Test(arguments: RedisBinary.available) @Reactor
    func aWaitIsSharedByAll(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance { $0.requestsPerMinute = 6_000 }
        let other = try await rig.allowance("w2") { $0.requestsPerMinute = 6_000 }
        guard case .go(let reservation) = try await allowance.reserve(tokens: 1, carriesBulk: false) else {
            Issue.record("did not go")
            return
        }
        try await allowance.book(.failed(reservation, report: ProviderReport(retryAfter: .milliseconds(400))))
        let wait = try #require(try await other.reserve(tokens: 1, carriesBulk: false).wait)
        #expect(wait > .zero && wait <= .milliseconds(400))
        try await Task.sleep(for: wait + .milliseconds(5))
        #expect(try await other.reserve(tokens: 1, carriesBulk: false).isGo)
    }

    @Test @Reactor
    func whatIsOldSaysNothing() {
        let old = ContinuousClock.now - .seconds(6)
        let report = ProviderReport(
            requests: .init(limit: 5, remaining: 0, reset: .seconds(60)),
            retryAfter: .seconds(10),
            receivedAt: old
        )
        #expect(report.aged(to: .now).requests == .init(limit: 5))
        #expect(report.wait(at: old + .seconds(6)) == .seconds(4) && report.wait(at: old + .seconds(11)) == .zero)
        var merged = report
        merged.merge(ProviderReport(tokens: .init(limit: 7), receivedAt: old + .seconds(1)))
        #expect(merged.tokens == .init(limit: 7) && merged.wait(at: old + .seconds(1)) == .seconds(9))
    }
}
