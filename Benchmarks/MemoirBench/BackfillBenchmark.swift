import ArgumentParser
import Backfill
import Foundation
import JobQueue
import Logging
import Memory
import PostgresClient
import Reactor
import RedisClient
import Templates

/// Rows a second from a table into the bulk lane, beside what Redis takes of the very same entries when nothing is read,
/// encoded or kept in step.
struct BackfillBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Rows of a table poured into the bulk lane, beside XADD alone."
    )

    @Option(help: "Port of a Redis on 127.0.0.1 that may be emptied.")
    var redisPort: UInt16

    @Option(help: "Of a PostgreSQL with the table invoices of deploy/local/sample.")
    var database: String

    @Option(help: "Rounds: floor and backfill in turn.")
    var rounds = 3

    @Option(help: "Rows of a page.")
    var pageRows = PageReader.Limits().rows

    func run() async throws {
        var ratios: [Double] = []
        for round in 1...rounds {
            let (rate, rows, cpu) = try await pour()
            let floor = try await replay()
            ratios.append(rate / floor)
            print(
                "round \(round): XADD alone \(Int(floor)) rows/s, backfill \(Int(rate)) rows/s of \(rows),",
                String(format: "ratio %.2f, CPU %.2f µs/row", rate / floor, cpu)
            )
        }
        ratios.sort()
        print(String(format: "backfill: ratio to XADD alone, median of %d rounds: %.2f", rounds, ratios[rounds / 2]))
    }

    private static let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    @Reactor
    private func connection() -> RedisConnection {
        var redis = RedisConfiguration()
        redis.endpoint = .tcp(host: "127.0.0.1", port: redisPort)
        redis.commandTimeout = .seconds(60)
        return RedisConnection(configuration: redis, logger: Self.logger)
    }

    private static func definition() throws -> SourceDefinition {
        var definition = SourceDefinition(
            collection: "invoices",
            relation: .table("invoices"),
            content: try TextTemplate(
                parsing: "Invoice {invoice_number} from {vendor_name} for {description|goods} {currency} {total_amount}"
            )
        )
        definition.key = try TextTemplate(parsing: "{vendor_id}/{invoice_number}")
        definition.metadata = [
            "invoice_number", "vendor_name", "vendor_id", "description", "total_amount", "currency", "invoice_date",
            "due_date", "category", "matched",
        ]
        .map { SourceDefinition.Field(name: $0, column: $0) }
        return definition
    }

    /// No bound holds it up, and no worker takes jobs away.
    @Reactor
    private func pour() async throws -> (rate: Double, rows: Int, cpuMicroseconds: Double) {
        let keys = JobKeys()
        let redis = connection()
        let writing = connection()
        let postgres = PostgresConnection(
            configuration: try PostgresConfiguration(database),
            logger: Self.logger
        )
        defer {
            redis.close()
            writing.close()
            postgres.close()
        }
        _ = try await redis.execute(RedisCommand("FLUSHALL"))
        _ = try await redis.execute(RedisCommand("HSET", keys.limits, "bulk", "0"))
        let source = try await SourceInspector(database: postgres).inspect(Self.definition(), declaring: [])
        var limits = PageReader.Limits()
        limits.rows = pageRows
        let owner = RunOwner.current()
        let state = try await Runs(connection: redis, keys: keys).start("bench", into: "invoices", owner: owner)
        var configuration = BackfillRun.Configuration()
        configuration.throttle.maximumLag = .max
        configuration.throttle.maximumRedisPercent = .max
        configuration.waits = false
        let run = BackfillRun(
            pages: PageReader(
                database: postgres,
                source: source,
                selection: RowSelection(),
                keys: keys,
                run: state.run,
                limits: limits,
                rowLimits: RowLimits()
            ),
            writer: RunWriter(connection: writing, keys: keys, state: state, owner: owner),
            gauges: BackfillGauges(connection: redis, keys: keys, state: state, maximumRedisBytes: .max),
            state: state,
            selection: RowSelection(),
            planned: 0,
            configuration: configuration,
            tell: { _ in }
        )
        let usage = ProcessorTime.now
        let summary = try await run.run()
        let rows = summary.progress.checkpoint.read
        let queued = try await redis.streamLength(keys.jobs(.bulk))
        guard queued == rows else { throw ValidationError("\(queued) jobs of \(rows) rows are on the lane") }
        return (Double(rows) / summary.seconds, rows, (ProcessorTime.now - usage) * 1e6 / Double(rows))
    }

    /// What the backfill has put there, put there again: read first, then sent as it was.
    @Reactor
    private func replay() async throws -> Double {
        let stream = JobKeys().jobs(.bulk)
        let redis = connection()
        defer { redis.close() }
        var commands: [RedisCommand] = []
        var rows = 0
        var position = "-"
        while true {
            let reply = try await redis.execute(RedisCommand("XRANGE", stream, position, "+", "COUNT", "1000"))
            guard let (command, count, last) = try Self.copies(reply, stream), count > 0 else { break }
            commands.append(command)
            rows += count
            position = "(\(last)"
        }
        _ = try await redis.execute(RedisCommand("DEL", stream))
        let start = ContinuousClock.now
        var waiting: RedisRequest?
        for command in commands {
            // One is on its way while the next is sent, as with the backfill.
            let request = try redis.begin(command, atOnce: true)
            _ = try await waiting?.replies()
            waiting = request
        }
        _ = try await waiting?.replies()
        return Double(rows) / (start.duration(to: .now) / .seconds(1))
    }

    private static func copies(
        _ reply: RedisReply,
        _ stream: String
    ) throws(RedisError) -> (command: RedisCommand, count: Int, last: String)? {
        var cursor = reply.cursor
        var command = RedisCommand(capacity: 1 << 20)
        guard let count = try cursor.array() else { return nil }
        var last = ""
        for _ in 0..<count {
            _ = try cursor.array()
            last = try cursor.scalarText() ?? ""
            let values = try cursor.array() ?? 0
            command.begin("XADD", arguments: 2 + values)
            command.append(stream)
            command.append("*")
            for _ in 0..<values { command.append(try cursor.string() ?? []) }
        }
        return (command, count, last)
    }
}
