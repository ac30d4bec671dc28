import Backfill
import Reactor

/// Puts the trigger into the database or takes it away: shows the SQL, asks, and runs just that.
@Reactor
struct TriggerDesk {
    let source: Source
    let inspector: TriggerInspector
    let isAgreed: Bool
    let isJSON: Bool

    func install() async throws(CommandFailure) {
        let trigger = try await trigger()
        if let objection = try await asking({ () async throws(BackfillError) in
            try await inspector.objection(to: trigger)
        }) {
            throw CommandFailure(.configuration, objection)
        }
        try await run(trigger.installation, asking: "Install the trigger") {
            """
            The trigger is there. `memoir follow -c \(source.collection)` follows it; another role that is to do so needs \
            GRANT SELECT, DELETE ON \(trigger.outbox).
            """
        }
    }

    func remove() async throws(CommandFailure) {
        let trigger = try await trigger()
        let isLast = try await asking { () async throws(BackfillError) in try await inspector.isLast(trigger) }
        try await run(trigger.removal(isLast: isLast), asking: "Remove the trigger") { "The trigger is gone." }
    }

    private func trigger() async throws(CommandFailure) -> OutboxTrigger {
        try await asking { () async throws(BackfillError) in
            OutboxTrigger(source.mapping, on: try await inspector.table(of: source))
        }
    }

    private func run(
        _ statements: [String],
        asking question: String,
        done: () -> String
    ) async throws(CommandFailure) {
        let text = OutboxTrigger.text(statements)
        Output.line(isJSON ? FollowJSON.statements(text, of: source.collection) : text)
        if !isAgreed, try !Confirmation.ask(question) { return }
        try await asking { () async throws(BackfillError) in try await inspector.run(statements) }
        if !isJSON { Output.line(done()) }
    }

    private func asking<Answer>(
        _ body: () async throws(BackfillError) -> Answer
    ) async throws(CommandFailure) -> Answer {
        do throws(BackfillError) {
            return try await body()
        } catch {
            throw CommandFailure(error)
        }
    }
}
