import Embeddings
import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import Worker

@Reactor
@Suite("MemoryWorker: rates, ledger and budget", .timeLimit(.minutes(1)))
struct SpendingFleetTests {
    @Test("What a worker's calls cost is in the ledger, to the token, also of texts that several jobs want")
    func ledger() async throws {
        let fleet = try await Fleet()
        fleet.limits = EmbeddingLimits(maximumInputs: 7)
        var jobs: [(type: JobType, id: String, lane: Lane?, fields: [String: String])] = []
        for number in 0..<60 {
            let fields = ["content": "text \(number)", "collection": "c", "tenant": "t\(number % 3)"]
            jobs.append((.save, "v\(number)", number % 2 == 0 ? .bulk : nil, fields))
            jobs.append((.embed, "e\(number)", nil, ["content": "text \(number)"]))
        }
        try await fleet.add(jobs)
        try await fleet.search("s1", in: "d")
        let worker = try fleet.start()
        try await fleet.drained()
        try await worker.stop()
        let ledger = try await latest(fleet)
        let tokens = fleet.embeddings.textCount * 3
        #expect(ledger.total == Spent(tokens: tokens, requests: fleet.embeddings.calls.count, nanodollars: tokens * 20))
        for parts in [ledger.lanes, ledger.collections, ledger.tenants] {
            let sum = parts.values.reduce(into: Spent()) { $0 += $1 }
            #expect(sum.tokens == tokens && sum.nanodollars == tokens * 20)
        }
        #expect(ledger.collections["d"]?.requests == 1)
        #expect(Set(ledger.lanes.keys).isSubset(of: ["search", "save", "embed", "bulk"]))
        #expect(try await fleet.leakedKeys() == [])
    }

    @Test("The budget: bulk stops first, then searches are refused and saves wait; all goes on when it is raised")
    func budget() async throws {
        let fleet = try await Fleet()
        fleet.limits = EmbeddingLimits(maximumInputs: 1)
        // Of ten texts at 60 nanodollars each. They are estimated to cost more, so that none is let out beyond it.
        let limit = { (budget: Int) in
            { (configuration: inout WorkerConfiguration) in
                configuration.spending.dailyBudget = budget
                configuration.spending.bulkBudgetPercent = 50
                configuration.budgetPause = .milliseconds(20)
                configuration.drainDeadline = .milliseconds(100)
            }
        }
        let worker = try fleet.start("w1", limit(600))
        try await fleet.add((0..<20).map { (.embed, "b\($0)", .bulk, ["content": "a bulk text of some words \($0)"]) })
        try await fleet.until("bulk has stopped") { try await state(fleet).budget == .bulkStopped }
        try await Task.sleep(for: .milliseconds(100))
        let bulkCalls = fleet.embeddings.calls.count
        #expect((1...5).contains(bulkCalls), "\(bulkCalls)")

        try await fleet.search("a search for some words 0")
        #expect(try await fleet.result("a search for some words 0").status == .ok)
        var refused: JobAnswer?
        for number in 1..<20 where refused == nil {
            try await fleet.search("a search for some words \(number)")
            let answer = try await fleet.result("a search for some words \(number)")
            if answer.status != .ok { refused = answer }
        }
        let error = try #require(refused).json["error"]
        #expect(error?["code"] == .string("budget_exceeded") && error?["retryable"] == .bool(true))
        try await fleet.save("v", "a text to save of some words")
        try await fleet.until("the state says so") { try await state(fleet).budget == .exceeded }
        try await fleet.until("the heartbeat says so") {
            let problem = try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "embedding_problem")
            return problem?.contains("saves and bulk wait") == true
        }
        #expect(try await fleet.answer("v") == nil)
        #expect(try await fleet.pending(.save) == 1)
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) == 0)
        let spent = try await latest(fleet).total.nanodollars
        #expect(spent > 300 && spent <= 600, "\(spent)")
        try await worker.stop()

        let second = try fleet.start("w2", limit(1_000_000))
        #expect(try await fleet.result("v").json["attempts"] == .integer(1))
        try await fleet.drained()
        #expect(try await fleet.announcements().count { $0.id.hasPrefix("b") && $0.status == "ok" } == 20)
        #expect(try await fleet.redis.streamLength(fleet.keys.dead) == 0)
        try await second.stop()
        #expect(try await latest(fleet).total.tokens == fleet.embeddings.textCount * 3)
    }

    @Test("A fleet keeps to a limit that it learns from the provider: few calls are refused, none is lost")
    func theProvidersLimit() async throws {
        let fleet = try await Fleet()
        fleet.limits = EmbeddingLimits(maximumInputs: 1)
        let limiter = RequestLimiter(requestsPerMinute: 6_000, atOnce: 610)
        fleet.embeddings.limiter = limiter
        try await fleet.add((0..<900).map { (.embed, "t\($0)", nil, ["content": "t\($0)"]) })
        let workers = [try fleet.start("w1"), try fleet.start("w2")]
        try await fleet.drained()
        for worker in workers { try await worker.stop() }
        #expect(limiter.refused <= 8, "\(limiter.refused)")
        #expect(try await fleet.announcements().count { $0.status == "ok" } == 900)
        #expect(try await state(fleet).requestsLimit == 6_000)
        #expect(try await latest(fleet).total.requests == 900)
    }

    @Test("Two workers keep to a limit of ours")
    func ourLimit() async throws {
        let fleet = try await Fleet()
        fleet.limits = EmbeddingLimits(maximumInputs: 1)
        let limit = { (configuration: inout WorkerConfiguration) in
            configuration.spending.requestsPerMinute = 1_200
            configuration.drainDeadline = .milliseconds(10)
        }
        try await fleet.add((0..<400).map { (.embed, "t\($0)", nil, ["content": "t\($0)"]) })
        let began = ContinuousClock.now
        let workers = [try fleet.start("w1", limit), try fleet.start("w2", limit)]
        try await fleet.until("the limit is met") { fleet.log.notableEvents.contains("embedding_rate_limited") }
        try await Task.sleep(for: .milliseconds(500))
        let calls = fleet.embeddings.calls.count
        let seconds = began.duration(to: .now) / .seconds(1)
        // A full bucket of 120, and 18 a second.
        #expect(calls >= 120 && Double(calls) <= 121 + 18 * seconds, "\(calls) in \(seconds) s")
        for worker in workers { try await worker.stop() }
        #expect(fleet.log.notableEvents.count { $0 == "embedding_rate_limited" } <= 4)
    }

    @Test("What calls cost while Redis is away is booked when it is back")
    func redisIsAway() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start { $0.drainDeadline = .milliseconds(100) }
        try await fleet.embed("a")
        try await fleet.until("the call is out") { fleet.embeddings.calls.count == 1 }
        fleet.server.kill()
        fleet.embeddings.turnstile.holds = { _ in false }
        try await Task.sleep(for: .milliseconds(300))
        try await fleet.server.start()
        try await fleet.until("it is booked") {
            try await latest(fleet).total.tokens == 3
        }
        try await worker.stop()
        #expect(try await latest(fleet).total == Spent(tokens: 3, requests: 1, nanodollars: 60))
    }

    private func latest(_ fleet: Fleet) async throws -> CostLedger {
        let today = UTCDay(milliseconds: try await fleet.redis.timeInMilliseconds())
        return try await CostLedger.read(today, from: fleet.redis, keys: fleet.keys)
    }

    private func state(_ fleet: Fleet) async throws -> ProviderState {
        try await ProviderState.read(from: fleet.redis, keys: fleet.keys)
    }
}
