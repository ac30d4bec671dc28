import Embeddings
import Reactor
import Testing

@testable import JobQueue
@testable import Worker

@Reactor
@Suite("EmbeddingStage: what calls may use", .timeLimit(.minutes(1)))
struct EmbeddingSpendingTests {
    private static let rates = ProviderRates(requestsPerMinute: 600, tokensPerMinute: 0)

    @Test("Where only bulk has to wait, the others go on, and nothing is charged")
    func onlyBulkWaits() async throws {
        let rig = EmbeddingRig()
        var isBulkFree = false
        rig.allowance.script = { question in
            question.carriesBulk && !isBulkFree ? .wait(.milliseconds(20), Self.rates) : .go(nil)
        }
        try await rig.run {
            for text in ["b1", "b2"] { rig.submit(text, lane: .bulk) }
            rig.submit("s1", lane: .search)
            try await rig.told.until("the search is embedded") { rig.told.embedded == ["s1"] }
            for text in ["s2", "s3", "e1"] { rig.submit(text, lane: text == "e1" ? .embed : .search) }
            try await rig.told.until("the others are embedded") { rig.told.embedded.count == 4 }
            try await rig.told.until("bulk has asked again") { rig.allowance.questions.count(where: \.carriesBulk) > 2 }
            #expect(rig.stage.problem?.contains("600 requests a minute") == true)
            #expect(rig.stage.circuit.state == .closed)
            isBulkFree = true
            try await rig.told.until("bulk is embedded") { rig.told.embedded.count == 6 }
        }
        #expect(rig.told.charged.isEmpty && rig.told.failed.isEmpty && rig.told.refused.isEmpty)
        #expect(rig.provider.count("b1") == 1)
        #expect(rig.log.notableEvents == ["embedding_rate_limited"])
    }

    @Test("Of a call that has to wait, what is less urgent goes back: the search goes out alone")
    func theLeastUrgentGoBack() async throws {
        let rig = EmbeddingRig(concurrency: 1)
        let one = EmbeddingTextSize(of: ArraySlice("s".utf8)).estimatedTokens
        rig.allowance.script = { question in
            question.tokens > one ? .wait(.milliseconds(30), Self.rates) : .go(nil)
        }
        for (text, lane) in [("b", Lane.bulk), ("e", .embed), ("v", .save), ("s", .search)] {
            rig.submit(text, lane: lane)
        }
        try await rig.run {
            try await rig.told.until("all are embedded") { rig.told.embedded.count == 4 }
        }
        #expect(rig.told.embedded.first == "s")
        #expect(rig.provider.calls.allSatisfy { $0.texts.count == 1 })
    }

    @Test("A call that has to wait is asked for when the wait is over, not before")
    func theWaitIsKept() async throws {
        let rig = EmbeddingRig()
        var asked: [ContinuousClock.Instant] = []
        rig.allowance.script = { _ in
            asked.append(.now)
            return asked.count == 1 ? .wait(.milliseconds(60), Self.rates) : .go(nil)
        }
        try await rig.run {
            rig.submit("a")
            try await rig.told.until("it is embedded") { rig.told.embedded == ["a"] }
        }
        #expect(asked.count == 2 && asked[0].duration(to: asked[1]) >= .milliseconds(59))
    }

    @Test("Where the budget is used, searches and embed jobs are refused at once; saves and bulk wait")
    func budget() async throws {
        let rig = EmbeddingRig()
        var isRaised = false
        rig.allowance.limits.dailyBudget = 5_000_000_000
        rig.allowance.script = { _ in isRaised ? .go(nil) : .budgetExceeded(spent: 4_990_000_000) }
        try await rig.run {
            for (text, lane) in [("b", Lane.bulk), ("e", .embed), ("v", .save), ("s", .search)] {
                rig.submit(text, lane: lane)
            }
            try await rig.told.until("two are refused") { rig.told.refused.count == 2 }
            rig.submit("s2", lane: .search)
            try await rig.told.until("one more is") { rig.told.refused.count == 3 }
            #expect(Set(rig.told.refused) == ["e", "s", "s2"] && rig.textCount == 2)
            let error = try #require(rig.told.errors["s2"])
            #expect("\(error.code)" == "budget_exceeded" && error.isRetryable)
            for part in ["$5.00", "$4.99", "00:00 UTC", "embeddings.dailyBudget"] {
                #expect(error.message.contains(part))
            }
            #expect(rig.stage.problem?.contains("$5.00") == true)
            isRaised = true
            try await rig.told.until("what waited is embedded") { rig.told.embedded.count == 2 }
        }
        #expect(Set(rig.told.embedded) == ["b", "v"] && rig.told.charged.isEmpty && rig.told.failed.isEmpty)
        #expect(rig.log.notableEvents.allSatisfy { $0 == "embedding_budget_exceeded" })
    }

    @Test("Of a text that a search and a save want, the search is refused and the save waits")
    func oneTextOfTwoLanes() async throws {
        let rig = EmbeddingRig()
        var isRaised = false
        rig.allowance.script = { _ in isRaised ? .go(nil) : .budgetExceeded(spent: 1) }
        let search = rig.submit("same", lane: .search)
        let save = rig.submit("same", lane: .save)
        try await rig.run {
            try await rig.told.until("one is refused") { search.isSettled }
            #expect(!save.isSettled && rig.textCount == 1)
            isRaised = true
            try await rig.told.until("the other is embedded") { rig.told.embedded.count == 1 }
        }
        #expect(!save.isSettled && rig.told.refused.count == 1)
    }

    @Test("While Redis cannot be asked, nothing goes out and nothing fails")
    func redisIsAway() async throws {
        let rig = EmbeddingRig()
        rig.allowance.script = { _ in rig.allowance.questions.count < 3 ? nil : .go(nil) }
        try await rig.run {
            rig.submit("a", lane: .search)
            try await rig.told.until("it is embedded") { rig.told.embedded == ["a"] }
        }
        #expect(rig.provider.calls.count == 1)
    }

    @Test("No call is larger than the bucket of tokens, but for a text that is so by itself")
    func largestCall() async throws {
        let rig = EmbeddingRig()
        rig.allowance.rates.tokensPerMinute = 40
        let largest = try #require(rig.allowance.rates.largestCall)
        for number in 0..<30 { rig.submit("text \(number)") }
        rig.submit(String(repeating: "long ", count: 50))
        try await rig.run {
            try await rig.told.until("all are embedded") { rig.told.embedded.count == 31 }
        }
        let large = rig.allowance.questions.filter { $0.tokens > largest }
        #expect(large.count == 1)
        #expect(rig.provider.calls.contains { $0.texts.count > 1 })
    }

    // MARK: What is settled

    private static let reservation = Reservation(day: UTCDay(number: 20_000), tokens: 9, nanodollars: 180)

    nonisolated static let failures: [(EmbeddingError, arrived: Bool)] = [
        (EmbeddingError(.passing, "no connection", mayHaveArrived: false), false),
        (EmbeddingError(.passing, "answered 500"), true),
        (EmbeddingError(.rateLimited, "answered 429", retryAfter: .milliseconds(1)), true),
    ]

    @Test("A reservation is settled once: used, lost, or given back where nothing arrived", arguments: failures)
    func settlements(_ failure: EmbeddingError, arrived: Bool) async throws {
        let rig = EmbeddingRig()
        rig.allowance.script = { _ in .go(Self.reservation) }
        rig.provider.script = { _ in rig.provider.calls.count == 1 ? failure : nil }
        try await rig.run {
            rig.submit("a")
            try await rig.told.until("it is embedded") { rig.told.embedded == ["a"] }
        }
        // Without those of calls that find out whether the provider works.
        let settled = rig.allowance.settlements.filter { $0.day != nil }
        try #require(settled.count == 2 && rig.allowance.questions.count == 2)
        #expect(settled.map(\.spent.tokens) == [0, 1] && settled.map(\.reserved) == [180, 180])
        #expect(settled[0].requestsBeyond == (arrived ? 0 : -1) && settled[0].tokensBeyond == (arrived ? 0 : -9))
        #expect(settled[1].requestsBeyond == 0 && settled[1].tokensBeyond == -8)
        #expect((settled[0].report != nil) == (failure.code == .rateLimited))
    }

    @Test("A call that finds out whether the provider works is booked, on nobody's account")
    func fixedText() async throws {
        let rig = EmbeddingRig()
        rig.provider.script = { texts in texts.contains("broken") ? EmbeddingError(.passing, "answered 500") : nil }
        try await rig.run {
            rig.submit("broken")
            try await rig.told.until("the text is found out") { rig.told.charged == ["broken"] }
        }
        let spent = rig.allowance.settlements.reduce(into: Spent()) { $0 += $1.spent }
        let none = rig.allowance.settlements.compactMap { $0.shares[.tenant("-")] }
        #expect(spent.requests >= 1 && none.reduce(0) { $0 + $1.tokens } == spent.tokens)
    }
}
