import Backfill
import PostgresClient
import Reactor
import UnixSignals

extension Composition {
    func follow(_ command: FollowCommand) async throws(CommandFailure) {
        if command.installsTrigger || command.removesTrigger { return try await changeTriggers(command) }
        var desks: [FollowDesk] = []
        for collection in command.collections { desks.append(try FollowDesk(self, command, collection)) }
        let failure = await follow(desks)
        for desk in desks { desk.close() }
        if let failure { throw failure }
    }

    /// All at once, until a signal comes or one of them fails.
    private func follow(_ desks: [FollowDesk]) async -> CommandFailure? {
        let signals = Task { @Reactor in
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                for desk in desks { desk.stop() }
            }
        }
        defer { signals.cancel() }
        return await withTaskGroup(of: CommandFailure?.self) { group in
            for desk in desks {
                group.addTask { await desk.outcome() }
            }
            var first: CommandFailure?
            for await failure in group where failure != nil {
                if first == nil { first = failure }
                for desk in desks { desk.stop() }
            }
            return first
        }
    }

    private func changeTriggers(_ command: FollowCommand) async throws(CommandFailure) {
        var configuration = try databaseConfiguration()
        configuration.isReadOnly = false
        let database = PostgresConnection(configuration: configuration, logger: logger)
        defer { database.close() }
        for collection in command.collections {
            let desk = TriggerDesk(
                source: try await inspect(try sourceDefinition(collection), database),
                inspector: TriggerInspector(database: database),
                isAgreed: command.yes,
                isJSON: command.output.isJSON
            )
            if command.installsTrigger { try await desk.install() } else { try await desk.remove() }
        }
    }
}
