import Embeddings
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("EmbeddingStage: a provider that fails", .timeLimit(.minutes(1)))
struct EmbeddingOutageTests {
    private static let broken = EmbeddingError(.passing, "answered 500")

    @Test(
        "An outage charges no job, whatever it lasts, and is tried with few calls",
        arguments: [.passing, .invalidResponse, .rateLimited, .invalidKey, .quotaExhausted, .misconfigured]
            as [EmbeddingError.Code]
    )
    func outage(_ code: EmbeddingError.Code) async throws {
        let rig = EmbeddingRig(maximumInputs: 5)
        rig.provider.script = { _ in EmbeddingError(code, "away") }
        for index in 0..<40 { rig.submit("t\(index)") }
        rig.submit("again", attempts: 2)
        try await rig.run {
            try await rig.told.until("it is tried again and again") { rig.stage.circuit.failures >= 20 }
            #expect(rig.told.charged == [])
            #expect(rig.stage.problem == "away")
            #expect(rig.stage.circuit.state != .closed)
            // The first calls fail together; then each wait has its probe.
            #expect(rig.provider.calls.count <= 4 + rig.stage.circuit.failures)
            rig.provider.script = { _ in nil }
            try await rig.told.until("all are embedded") { rig.told.embedded.count == 41 }
            #expect(rig.told.charged == [] && rig.told.failed == [])
            #expect(rig.stage.problem == nil)
            #expect(rig.stage.circuit == ServiceHealth.Report())
            #expect(rig.textCount == 0)
        }
    }

    @Test("A storm of 429 at full concurrency costs a probe for each time that the provider asked for")
    func rateLimit() async throws {
        let rig = EmbeddingRig(maximumInputs: 1)
        let start = ContinuousClock.now
        let wait = Duration.milliseconds(200)
        rig.provider.script = { _ in
            ContinuousClock.now < start + wait * 3
                ? EmbeddingError(.rateLimited, "answered 429", retryAfter: wait) : nil
        }
        for index in 0..<30 { rig.submit("t\(index)") }
        try await rig.run {
            try await rig.told.until("the limit is known") { rig.stage.circuit.state == .open }
            #expect(rig.stage.circuit.retryAt != nil)
            try await rig.told.until("all are embedded") { rig.told.embedded.count == 30 }
            let refused = rig.provider.calls.filter { $0.began < start + wait * 3 }
            #expect(refused.count <= 4 + 3)
            let probes = refused.dropFirst(4).map(\.began)
            for (probe, next) in zip(probes, probes.dropFirst()) { #expect(probe.duration(to: next) >= wait) }
            #expect(rig.told.charged == [])
        }
    }

    @Test("A longer Retry-After of a call that failed together with others is obeyed")
    func longestRetryAfter() async throws {
        let rig = EmbeddingRig(maximumInputs: 1, concurrency: 2)
        rig.provider.script = { texts in
            guard texts == ["slow"] else { return Self.broken }
            try? await Task.sleep(for: .milliseconds(5))
            return EmbeddingError(.rateLimited, "answered 429", retryAfter: .milliseconds(400))
        }
        rig.submit("slow")
        rig.submit("quick")
        try await rig.run {
            try await rig.told.until("the wish is known") {
                (rig.stage.circuit.retryAt ?? 0) > WallClock.milliseconds + 200
            }
            let calls = rig.provider.calls.count
            try await Task.sleep(for: .milliseconds(100))
            #expect(rig.provider.calls.count == calls)
        }
    }

    @Test("A service that comes and goes loses nothing, and whoever is not charged is embedded")
    func flapping() async throws {
        let rig = EmbeddingRig(maximumInputs: 8)
        var random = SeededGenerator(seed: 7)
        rig.provider.script = { _ in Int.random(in: 0..<3, using: &random) == 0 ? Self.broken : nil }
        for index in 0..<200 { rig.submit("t\(index)") }
        try await rig.run {
            try await rig.told.until("all are done with") { rig.told.embedded.count + rig.told.charged.count == 200 }
            #expect(Set(rig.told.embedded + rig.told.charged).count == 200)
            // A text is charged only for several failures of its own in a row.
            #expect(rig.told.charged.count < 20)
            #expect(rig.textCount == 0)
        }
    }

    @Test("An outage that begins while a batch is looked into charges nobody")
    func outageDuringBisection() async throws {
        let rig = EmbeddingRig(maximumInputs: 64, concurrency: 1)
        var isAway = false
        rig.provider.script = { texts in
            if texts.count == 32 { isAway = true }
            return isAway || texts.count > 1 ? Self.broken : nil
        }
        for index in 0..<64 { rig.submit("t\(index)") }
        try await rig.run {
            try await rig.told.until("it counts as an outage") { rig.stage.circuit.failures >= 5 }
            #expect(rig.provider.calls.contains { $0.texts.count == 1 && $0.texts != ["memory"] })
            #expect(rig.told.charged == [] && rig.told.embedded == [])
            rig.provider.script = { _ in nil }
            try await rig.told.until("all are embedded") { rig.told.embedded.count == 64 }
            #expect(rig.told.charged == [])
        }
    }

    @Test("Items that are settled during an outage do not gather, nor go out")
    func settled() async throws {
        let rig = EmbeddingRig(maximumInputs: 10)
        rig.provider.script = { _ in Self.broken }
        try await rig.run {
            for round in 0..<20 {
                let items = (0..<50).map { rig.submit("t\(round)-\($0)") }
                let failures = rig.stage.circuit.failures
                try await rig.told.until("the next probe failed") { rig.stage.circuit.failures > failures }
                for item in items { item.isSettled = true }
                rig.stage.discardSettled()
                // What is in flight keeps its place until its call is back.
                #expect(rig.textCount <= 40)
            }
            let last = rig.submit("last")
            rig.provider.script = { _ in nil }
            try await rig.told.until("the last is embedded") { rig.told.embedded == ["last"] }
            #expect(rig.textCount == 0 && !last.isSettled)
            #expect(rig.told.expired == [] && rig.told.failed == [] && rig.told.charged == [])
        }
    }

    @Test("An item that is settled while its call is out is not told of")
    func settledInFlight() async throws {
        let rig = EmbeddingRig()
        let gone = rig.submit("same")
        rig.submit("same")
        rig.provider.script = { _ in
            gone.isSettled = true
            return nil
        }
        try await rig.run {
            try await rig.told.until("the text is embedded") { !rig.told.embedded.isEmpty }
            #expect(rig.told.embedded.count == 1)
            #expect(rig.textCount == 0)
        }
    }
}
