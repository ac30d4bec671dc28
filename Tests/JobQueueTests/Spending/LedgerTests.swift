import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

/// The ledger and the budget, on every server that is at hand.
@Suite(.timeLimit(.minutes(2)))
struct LedgerTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func sums(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance()
        for number in 1...60 {
            let lane = Lane.allCases[number % 4].rawValue
            try await allowance.book(.test(nil, tokens: number, tenant: "t:\(number % 3)", lane: lane))
        }
        let ledger = try await rig.today()
        #expect(ledger.total == Spent(tokens: 1_830, requests: 60, nanodollars: 36_600))
        for parts in [ledger.lanes, ledger.collections, ledger.tenants] {
            #expect(parts.values.reduce(into: Spent()) { $0 += $1 } == ledger.total)
        }
        #expect(ledger.lanes.count == 4 && ledger.tenants.keys.sorted() == ["t:0", "t:1", "t:2"])
        let ttl = try await rig.seconds(rig.keys.cost(ledger.day))
        #expect(ttl > 89 * 86_400 && ttl <= 90 * 86_400)
        #expect(try await rig.seconds(rig.keys.settled("w1")) > 0)
    }

    /// A settlement that is sent again, because nobody knows whether it arrived, is booked once; a worker that comes later
    /// under the same name goes on.
    @Test(arguments: RedisBinary.available) @Reactor
    func nothingIsBookedTwice(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance()
        let number = allowance.nextSettlement()
        for _ in 0..<3 { try await allowance.settle(.test(nil, tokens: 7), number: number) }
        try await allowance.book(.test(nil, tokens: 7))
        try await Task.sleep(for: .milliseconds(5))
        try await (try await rig.allowance()).book(.test(nil, tokens: 7))
        #expect(try await rig.today().total == Spent(tokens: 21, requests: 3, nanodollars: 420))
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func tenantsBeyondTheBoundAreOne(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance(maximumTenants: 2)
        let long = String(repeating: "x", count: ProviderAllowance.maximumTenantBytes + 1)
        for tenant in ["a", "b", "c", "-", "a", "d", long] {
            try await allowance.book(.test(nil, tokens: 1, tenant: tenant))
        }
        let tenants = try await rig.today().tenants.mapValues(\.tokens)
        #expect(tenants == ["a": 2, "b": 1, "-": 1, "*": 3])
    }

    @Test @Reactor
    func settlementsThatWaitAreBounded() {
        var settlement = Settlement.test(nil, tokens: 1)
        for number in 0..<Settlement.maximumShares + 100 {
            settlement.merge(.test(nil, tokens: 1, tenant: "\(number)"))
        }
        #expect(settlement.shares.count <= Settlement.maximumShares + 1)
        #expect(settlement.spent.tokens == Settlement.maximumShares + 101)
        let tenants = settlement.shares.filter { if case .tenant = $0.key { true } else { false } }
        #expect(tenants.values.reduce(0) { $0 + $1.tokens } == settlement.spent.tokens)
    }

    /// Of a budget of 1,000 nanodollars, 50 tokens, bulk may use 800.
    @Test(arguments: RedisBinary.available) @Reactor
    func bulkStopsFirst(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance { $0.dailyBudget = 1_000 }
        for _ in 0..<4 { #expect(try await allowance.call(10, bulk: true).isGo) }
        #expect(try await rig.state().budget == .ok)
        #expect(try await allowance.call(10, bulk: true).spent == 800)
        #expect(try await rig.state().budget == .bulkStopped)
        #expect(try await allowance.call(5).isGo)
        #expect(try await rig.state().budget == .bulkStopped)
        #expect(try await allowance.call(6).spent == 900)
        #expect(try await rig.state().budget == .exceeded)
        #expect(try await allowance.call(1, bulk: true).spent == 900)
        #expect(try await rig.state().budget == .exceeded)
        #expect(try await allowance.call(5).isGo)
        #expect(try await allowance.call(1).spent == 1_000)
        let ledger = try await rig.today()
        #expect(ledger.total == Spent(tokens: 50, requests: 6, nanodollars: 1_000) && ledger.reserved == 0)
        // Raised.
        let raised = try await rig.allowance("w2") { $0.dailyBudget = 10_000 }
        #expect(try await raised.call(1, bulk: true).isGo)
        #expect(try await rig.state().budget == .ok)
    }

    /// What is out counts, and what failed is given back.
    @Test(arguments: RedisBinary.available) @Reactor
    func whatIsSetAsideCounts(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let allowance = try await rig.allowance { $0.dailyBudget = 1_000 }
        guard case .go(let reservation) = try await allowance.reserve(tokens: 50, carriesBulk: false) else {
            Issue.record("did not go")
            return
        }
        #expect(try await allowance.reserve(tokens: 1, carriesBulk: false).spent == 1_000)
        #expect(try await rig.today().reserved == 1_000)
        try await allowance.book(.failed(reservation, report: nil))
        #expect(try await rig.today().reserved == 0)
        #expect(try await allowance.reserve(tokens: 50, carriesBulk: false).isGo)
        #expect(try await rig.today().total == Spent())
    }

    /// Yesterday's spending leaves today's budget whole; a call that was let out yesterday is booked there.
    @Test(arguments: RedisBinary.available) @Reactor
    func theDayChanges(binary: RedisBinary) async throws {
        let rig = try await AllowanceRig(on: binary)
        let today = UTCDay(milliseconds: try await rig.redis.timeInMilliseconds())
        let yesterday = today.adding(-1)
        try await rig.set(rig.keys.cost(yesterday), "nanodollars", 1_000)
        try await rig.set(rig.keys.cost(yesterday), "reserved_nanodollars", 200)
        // A worker that has not noticed.
        let allowance = try await rig.allowance(now: yesterday.number * 86_400_000) { $0.dailyBudget = 1_000 }
        #expect(try await allowance.call(10).isGo)
        #expect(try await rig.today().total.tokens == 10)
        let late = Reservation(day: yesterday, tokens: 10, nanodollars: 200)
        try await allowance.book(.test(late, tokens: 9))
        let unasked = try await rig.allowance("w2", now: yesterday.number * 86_400_000)
        try await unasked.book(.test(nil, tokens: 3))
        let days = [today, yesterday, today.adding(-2)]
        let totals = try await CostLedger.totals(days, from: rig.redis, keys: rig.keys)
        #expect(totals.map(\.tokens) == [13, 9, 0])
        #expect(totals.map(\.nanodollars) == [260, 1_180, 0])
        #expect(try await CostLedger.read(yesterday, from: rig.redis, keys: rig.keys).reserved == 0)
    }
}
