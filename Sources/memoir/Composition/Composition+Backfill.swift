import Backfill
import HTTPTransport
import JobQueue
import MemoirClient
import PostgresClient
import Reactor
import RedisClient
import Settings

extension Composition {
    func backfill(_ command: BackfillRunCommand) async throws(CommandFailure) {
        let options = BackfillDesk.Options(
            isJSON: command.output.isJSON,
            isAgreed: command.yes,
            rate: command.rate,
            isDetached: command.isDetached
        )
        try await atDesk(command.collection, options) { desk throws(CommandFailure) in
            if command.resume {
                try Self.check(try await desk.resume(), desk.source)
            } else if command.rows.isGiven {
                let summary = try await desk.start(
                    command.rows.selection,
                    isDryRun: command.dryRun,
                    replacing: command.restart
                )
                try Self.check(summary, desk.source)
                // Whoever did not want the rows was not asked what is to be forgotten after them.
                guard summary != nil || command.dryRun else { return }
            }
            if command.prune { try await prune(command, desk) }
        }
    }

    func backfillErrors(_ command: BackfillErrorsCommand) async throws(CommandFailure) {
        guard command.retry else { return try await listFailedRows(command) }
        let options = BackfillDesk.Options(isJSON: command.output.isJSON, isAgreed: command.yes)
        try await atDesk(command.collection, options) { desk throws(CommandFailure) in
            try Self.check(try await desk.retry(), desk.source)
        }
    }

    private func atDesk(
        _ collection: String,
        _ options: BackfillDesk.Options,
        _ body: (BackfillDesk) async throws(CommandFailure) -> Void
    ) async throws(CommandFailure) {
        let definition = try sourceDefinition(collection)
        let database = PostgresConnection(configuration: try databaseConfiguration(), logger: logger)
        defer { database.close() }
        let redis = redisConnection()
        defer { redis.close() }
        try await body(
            BackfillDesk(
                composition: self,
                options: options,
                source: try await inspect(definition, database),
                database: database,
                redis: redis
            )
        )
    }

    private func prune(_ command: BackfillRunCommand, _ desk: BackfillDesk) async throws(CommandFailure) {
        let transport = try transport()
        defer { transport.shutdown() }
        let client = try await client()
        let scan = PruneScan(
            source: desk.source,
            database: desk.database,
            store: store(transport),
            rowLimits: rowLimits
        )
        do throws(CommandFailure) {
            try await PruneDesk(command: command, source: desk.source, client: client, scan: scan).run()
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    /// Needs no database.
    private func listFailedRows(_ command: BackfillErrorsCommand) async throws(CommandFailure) {
        let redis = redisConnection()
        defer { redis.close() }
        do throws(RedisError) {
            let name = command.isOfFollowing ? FollowRun.stateName(of: command.collection) : command.collection
            let state = try await Runs(connection: redis, keys: keys).state(of: name)
            var shown = 0
            if let state {
                var failures = RunFailures(of: state.run, connection: redis, keys: keys)
                while let page = try await failures.next() {
                    for failure in page {
                        Output.line(
                            command.output.isJSON ? FailedRowsReport.json(failure) : FailedRowsReport.text(failure)
                        )
                    }
                    shown += page.count
                }
            }
            guard shown == 0, !command.output.isJSON else { return }
            let kind = command.isOfFollowing ? "follower" : "backfill"
            Output.line(
                state.map { "no row of the last \(kind), \($0.run), has failed" }
                    ?? "there was no \(kind) of \(command.collection)"
            )
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func check(_ summary: BackfillSummary?, _ source: Source) throws(CommandFailure) {
        guard let summary else { return }
        let collection = source.collection
        if summary.state == .stopped {
            throw CommandFailure(.tryAgain, "stopped: memoir backfill -c \(collection) --resume goes on")
        }
        guard summary.progress.failed == 0 else {
            throw CommandFailure(
                .jobFailed,
                "\(summary.progress.failed) rows failed: memoir backfill errors -c \(collection) shows them"
            )
        }
    }
}

extension CommandFailure {
    init(_ error: BackfillError) {
        let status: ExitStatus =
            switch error.code {
            case .invalidMapping, .changed, .databaseRefused: .configuration
            case .invalidSelection, .nothingToResume, .unfinished: .usage
            case .owned, .superseded: .tryAgain
            case .jobsVanished: .jobFailed
            default: .serviceUnavailable
            }
        self.init(status, "\(error)")
    }
}
