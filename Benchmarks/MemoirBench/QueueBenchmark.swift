import ArgumentParser
import CoreMetrics
import Embeddings
import Foundation
import JobQueue
import Logging
import Memory
import Prometheus
import Reactor
import RedisClient
import ServiceLifecycle
import VectorStore
import Worker

/// Jobs a second through the whole life of a job, the embedding and the store answered in process, as a ratio of the floor.
///
/// Twice: without caches, which is what the floor does as well, and with them, where every text is new and its vector of
/// 1,536 numbers is sent to Redis. A third time without caches and with the metrics that a worker keeps, scraped each second.
struct QueueBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Whole lives of jobs a second, beside the floor of Redis."
    )

    @Option(help: "Port of a Redis on 127.0.0.1 that may be emptied.")
    var redisPort: UInt16

    @Option(help: "Path of the redis-floor program.")
    var floor: String

    @Option(help: "Jobs of one round.")
    var jobs = 200_000

    @Option(help: "Rounds: floor and Memoir in turn.")
    var rounds = 3

    func run() async throws {
        var ratios: [Double] = []
        var costs: [Double] = []
        for round in 1...rounds {
            let floorRate = try measureFloor()
            let (rate, cpu) = try await measureMemoir(.off)
            ratios.append(rate / floorRate)
            print(
                "round \(round): floor \(Int(floorRate)) jobs/s, memoir \(Int(rate)) jobs/s,",
                "ratio \(rounded(rate / floorRate)), CPU \(rounded(cpu)) µs/job"
            )
            let cached = try await measureMemoir(CacheConfiguration())
            print(
                "         with caches \(Int(cached.rate)) jobs/s, ratio \(rounded(cached.rate / floorRate)),",
                "CPU \(rounded(cached.cpuMicroseconds)) µs/job"
            )
            let measured = try await measureMemoir(.off, metrics: Self.registry)
            costs.append((measured.cpuMicroseconds / cpu - 1) * 100)
            print(
                "         with metrics \(Int(measured.rate)) jobs/s,",
                "CPU \(rounded(measured.cpuMicroseconds)) µs/job, \(rounded(costs[costs.count - 1])) % more"
            )
        }
        ratios.sort()
        costs.sort()
        print("queue: metrics cost, median of \(rounds) rounds: \(rounded(costs[costs.count / 2])) % of CPU a job")
        print("queue: ratio to the floor, median of \(rounds) rounds: \(rounded(ratios[ratios.count / 2]))")
    }

    private static var registry: PrometheusRegistry {
        PrometheusRegistry(definitions: WorkerMetric.allCases.map { MetricDefinition($0.name, $0.help) })
    }

    private func rounded(_ value: Double) -> String { String(format: "%.2f", value) }

    private func measureFloor() throws -> Double {
        _ = try runFloor("enqueue")
        return try runFloor("drain")
    }

    private func runFloor(_ mode: String) throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: floor)
        process.arguments = [mode, "\(redisPort)", "\(jobs)", "256"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let rate = Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw ValidationError("redis-floor failed: \(text)") }
        return rate
    }

    @Reactor
    private func measureMemoir(
        _ caches: CacheConfiguration,
        metrics: PrometheusRegistry? = nil
    ) async throws -> (rate: Double, cpuMicroseconds: Double) {
        var redis = RedisConfiguration()
        redis.endpoint = .tcp(host: "127.0.0.1", port: redisPort)
        redis.commandTimeout = .seconds(60)
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let connection = RedisConnection(configuration: redis, logger: logger)
        defer { connection.close() }
        _ = try await connection.execute(RedisCommand("FLUSHALL"))
        try await enqueue(connection)

        var configuration = WorkerConfiguration(id: "bench")
        configuration.slots[.save] = 2_048
        configuration.upsertPoints = 512
        configuration.cache = caches
        let worker = MemoryWorker(
            configuration: configuration,
            redis: redis,
            keys: JobKeys(),
            catalog: try CollectionCatalog([try CollectionDefinition(name: "invoices")]),
            provider: InProcessEmbeddings(dimensions: 1_536, maximumTexts: 2_048),
            limits: EmbeddingLimits(),
            store: InProcessStore(),
            provision: { _ in },
            metrics: metrics ?? NOOPMetricsHandler.instance,
            logger: logger
        )
        let usage = ProcessorTime.now
        let clock = ContinuousClock()
        let start = clock.now
        let running = Task { try await worker.run() }
        var scraped = start
        while try await connection.streamLength(JobKeys().jobs(.save)) > 0 {
            try await Task.sleep(for: .milliseconds(5))
            if let metrics, scraped.duration(to: clock.now) >= .seconds(1) {
                _ = metrics.text()
                scraped = clock.now
            }
        }
        let elapsed = start.duration(to: clock.now)
        let cpu = ProcessorTime.now - usage
        running.cancel()
        try await running.value
        return (Double(jobs) / (elapsed / .seconds(1)), cpu * 1e6 / Double(jobs))
    }

    @Reactor
    private func enqueue(_ connection: RedisConnection) async throws {
        let stream = JobKeys().jobs(.save)
        let content = String(repeating: "x", count: 180)
        for start in stride(from: 0, to: jobs, by: 500) {
            var command = RedisCommand(capacity: 500 * 400)
            for index in start..<min(jobs, start + 500) {
                command.begin("XADD", arguments: 14)
                for argument in [stream, "*", "v", "1", "id", "job-\(index)", "type", "save", "collection", "invoices"]
                {
                    command.append(argument)
                }
                command.append("content")
                command.append("\(index) \(content)")
                command.append("metadata")
                command.append("{\"vendor_name\":\"SNCB\",\"amount\":22.7,\"matched\":false}")
            }
            _ = try await connection.pipeline(command)
        }
    }
}

/// CPU seconds of this process, user and system.
enum ProcessorTime {
    static var now: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
