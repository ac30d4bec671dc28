import Embeddings
import JobQueue
import Reactor
import Testing

@testable import Worker

@Reactor
@Suite("EmbeddingStage: texts that a call fails for", .timeLimit(.minutes(1)))
struct EmbeddingCulpritTests {
    enum Fault: CaseIterable, Sendable {
        case serverError
        case malformedAnswer
        case hang

        func error() async -> EmbeddingError {
            switch self {
            case .serverError: return EmbeddingError(.passing, "answered 500")
            case .malformedAnswer: return EmbeddingError(.invalidResponse, "no JSON")
            case .hang:
                try? await Task.sleep(for: .milliseconds(20))
                return EmbeddingError(.passing, "no answer in time")
            }
        }
    }

    private func rig(_ culprits: Set<String>, _ fault: Fault = .serverError, maximumInputs: Int = 2_048) -> EmbeddingRig
    {
        let rig = EmbeddingRig(maximumInputs: maximumInputs)
        rig.provider.script = { texts in texts.contains(where: culprits.contains) ? await fault.error() : nil }
        return rig
    }

    @Test(
        "Among innocents on a busy worker the culprit is charged, once, and everybody else is embedded",
        arguments: Fault.allCases
    )
    func busy(_ fault: Fault) async throws {
        let rig = rig(["bad"], fault)
        for index in 0..<50 { rig.submit(index == 17 ? "bad" : "t\(index)") }
        try await rig.run {
            try await rig.keepBusy(until: "the culprit is charged") { rig.told.charged == ["bad"] }
            #expect((0..<50).allSatisfy { $0 == 17 || rig.told.embedded.contains("t\($0)") })
            #expect(rig.told.errors["bad"]?.code.description == "embedding_failed")
            #expect(rig.told.errors["bad"]?.isRetryable == true)
            #expect(rig.told.errors["bad"]?.message.hasPrefix("content: ") == true)
            #expect(!rig.told.embedded.contains("bad"))
            #expect(rig.textCount == 0)
            #expect(rig.stage.problem == nil)
        }
    }

    @Test("A culprit that comes back is charged once each time, and does not share a call with the untried")
    func comesBack() async throws {
        let rig = rig(["bad"])
        try await rig.run {
            for attempt in 0..<4 {
                rig.submit("bad", attempts: attempt)
                try await rig.keepBusy(until: "it is charged") { rig.told.charged.count == attempt + 1 }
                #expect(rig.told.charged == Array(repeating: "bad", count: attempt + 1))
            }
            let shared = rig.provider.calls.filter { $0.texts.contains("bad") && $0.texts.count > 1 }
            // The first time it was untried itself; what shared that call was looked into together with it.
            #expect(shared.count <= 20)
        }
    }

    @Test("The only text in the system is charged on the word of the fixed text", arguments: Fault.allCases)
    func alone(_ fault: Fault) async throws {
        let rig = rig(["bad"], fault)
        rig.submit("bad")
        try await rig.run {
            try await rig.told.until("it is charged") { rig.told.charged == ["bad"] }
            #expect(rig.provider.count("bad") == 2)
            #expect(rig.provider.calls.map(\.texts) == [["bad"], ["memory"], ["bad"], ["memory"]])
            #expect(rig.stage.problem == nil && rig.textCount == 0)
        }
    }

    @Test(
        "Several culprits are found in one batch, also where all of it is",
        arguments: [[3, 4], [0, 63], [10, 20, 30, 40], Array(0..<64)]
    )
    func several(_ culprits: [Int]) async throws {
        let rig = rig(Set(culprits.map { "t\($0)" }))
        for index in 0..<64 { rig.submit("t\(index)") }
        try await rig.run {
            try await rig.told.until("all are done with") { rig.told.embedded.count + rig.told.charged.count == 64 }
            #expect(Set(rig.told.charged) == Set(culprits.map { "t\($0)" }))
            #expect(rig.told.charged.count == culprits.count)
        }
    }

    @Test("A provider that fails for batches above some size gets smaller ones, and charges nobody")
    func size() async throws {
        let rig = EmbeddingRig(maximumInputs: 100)
        rig.provider.script = { $0.count > 10 ? EmbeddingError(.passing, "answered 502") : nil }
        for index in 0..<400 { rig.submit("t\(index)") }
        try await rig.run {
            try await rig.told.until("all are embedded") { rig.told.embedded.count == 400 }
            #expect(rig.told.charged == [])
        }
    }

    @Test("All jobs that want the text are charged; one that comes later has the text tried anew")
    func wantedBySeveral() async throws {
        let rig = rig(["bad"])
        for lane in [Lane.bulk, .embed, .search] { rig.submit("bad", lane: lane) }
        try await rig.run {
            try await rig.told.until("they are charged") { rig.told.charged.count == 3 }
            #expect(rig.textCount == 0)
            rig.submit("bad")
            try await rig.told.until("the fourth is charged") { rig.told.charged.count == 4 }
        }
    }

    @Test("A refused text and one that fails are found in one batch, each by its own rule")
    func refusedAndFailing() async throws {
        let rig = EmbeddingRig()
        rig.provider.script = { texts in
            if texts.contains("refused") { return EmbeddingError(.invalidInput, "too long") }
            return texts.contains("bad") ? EmbeddingError(.passing, "answered 500") : nil
        }
        for index in 0..<32 { rig.submit(index == 5 ? "refused" : index == 20 ? "bad" : "t\(index)") }
        try await rig.run {
            try await rig.keepBusy(until: "both are answered") { rig.told.failed.count + rig.told.charged.count == 2 }
            #expect(rig.told.failed == ["refused"] && rig.told.charged == ["bad"])
            #expect((0..<32).allSatisfy { $0 == 5 || $0 == 20 || rig.told.embedded.contains("t\($0)") })
        }
    }

    @Test("A culprit that is settled while it is looked into is not charged")
    func settledCulprit() async throws {
        let rig = EmbeddingRig()
        let bad = rig.submit("bad")
        rig.provider.script = { texts in
            guard texts.contains("bad") else { return nil }
            if rig.provider.count("bad") == 2 { bad.isSettled = true }
            return EmbeddingError(.passing, "answered 500")
        }
        try await rig.run {
            try await rig.told.until("it is dropped") { rig.provider.count("bad") == 2 && rig.textCount == 0 }
            #expect(rig.told.charged == [] && rig.told.failed == [])
        }
    }
}
