import JobQueue
import Reactor

@testable import Worker

/// An allowance that says what a test wants, and keeps what it is told.
@Reactor
final class ScriptedAllowance: CallAllowance {
    struct Question: Equatable {
        let tokens: Int
        let carriesBulk: Bool
    }

    var limits = SpendingLimits()
    var rates = ProviderRates()
    /// What a question is answered.
    var script: @Reactor (Question) async -> SpendingVerdict? = { _ in .go(nil) }
    private(set) var questions: [Question] = []
    private(set) var settlements: [Settlement] = []

    nonisolated init() {}

    func ask(tokens: Int, carriesBulk: Bool) async -> SpendingVerdict? {
        let question = Question(tokens: tokens, carriesBulk: carriesBulk)
        questions.append(question)
        return await script(question)
    }

    func settle(_ settlement: Settlement) { settlements.append(settlement) }
}
