import HTTPTransport
import Logging
import Reactor
import Testing
import Tracing

@testable import OpenTelemetry

/// A turn of the exporter with a collector that does what it is told to. No test waits for a time: what is to be seen is
/// waited for.
@Suite(.timeLimit(.minutes(1))) @Reactor struct SpanExporterTests {
    private let queue = SpanQueue(capacity: 8, batchSize: 4)

    private func configuration() -> ExportConfiguration {
        let resource = TraceResource(serviceName: "memoir", serviceVersion: "1", instanceID: "one")
        var configuration = ExportConfiguration(url: "http://127.0.0.1:4318/v1/traces", resource: resource)
        configuration.headers = [("api-key", "very-secret")]
        configuration.backoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(2))
        configuration.interval = .seconds(3_600)
        return configuration
    }

    private func end(_ count: Int) {
        let tracer = OpenTelemetryTracer(sampler: Sampler(ratio: 1), queue: queue)
        for number in 0..<count { tracer.startSpan("s\(number)", context: .topLevel).end() }
    }

    private func exporter(
        _ collector: ScriptedCollector,
        _ configuration: ExportConfiguration,
        _ logs: LogKeeper = LogKeeper()
    ) -> SpanExporter {
        SpanExporter(configuration, queue: queue, client: collector, logger: logs.logger)
    }

    /// Runs until the collector was asked so often, then stops.
    private func run(_ exporter: SpanExporter, _ collector: ScriptedCollector, requests: Int) async {
        await exporter.run {
            while collector.requests.count < requests && !Task.isCancelled { await Task.yield() }
        }
    }

    @Test func aFullBatchGoesOutAtOnceAndTheRestAtTheStop() async {
        let collector = ScriptedCollector()
        let exporter = exporter(collector, configuration())
        end(6)
        await run(exporter, collector, requests: 1)
        #expect(collector.batches == [["s0", "s1", "s2", "s3"], ["s4", "s5"]])
        #expect(exporter.dropped == 0)
        let request = collector.requests.first
        #expect(request?.url == "http://127.0.0.1:4318/v1/traces")
        #expect(request?.method == .post)
        let headers = request?.headers.map { "\($0.name): \($0.value)" }
        #expect(headers == ["Content-Type: application/json", "api-key: very-secret"])
    }

    @Test func withoutSpansNothingIsAsked() async {
        let collector = ScriptedCollector()
        await exporter(collector, configuration()).run { await Task.yield() }
        #expect(collector.requests.isEmpty)
    }

    @Test func fewAreSentWhenTheIntervalIsOver() async {
        let collector = ScriptedCollector()
        var configuration = configuration()
        configuration.interval = .milliseconds(1)
        let exporter = exporter(collector, configuration)
        end(1)
        await run(exporter, collector, requests: 1)
        #expect(collector.batches == [["s0"]])
    }

    @Test(arguments: [429, 502, 503, 504])
    func theSameBatchIsSentAgain(_ status: Int) async {
        let collector = ScriptedCollector([.status(status), .unreachable])
        let exporter = exporter(collector, configuration())
        end(4)
        await run(exporter, collector, requests: 3)
        #expect(collector.batches == Array(repeating: ["s0", "s1", "s2", "s3"], count: 3))
        #expect(exporter.dropped == 0)
    }

    @Test func whatIsRefusedIsDroppedAndTheNextIsSent() async {
        let collector = ScriptedCollector([.status(400)])
        let logs = LogKeeper()
        let exporter = exporter(collector, configuration(), logs)
        end(6)
        await run(exporter, collector, requests: 1)
        #expect(collector.batches.map(\.count) == [4, 2])
        #expect(exporter.dropped == 4)
        #expect(logs.events == ["warning span_export_failed", "info span_export_recovered"])
    }

    @Test func aCollectorThatIsAwayIsSaidOnceAndCostsNoMoreThanTheQueue() async {
        let collector = ScriptedCollector(Array(repeating: .unreachable, count: 50))
        let logs = LogKeeper()
        let exporter = exporter(collector, configuration(), logs)
        end(100)
        #expect(queue.count == 8)
        // Two batches, each tried five times.
        await run(exporter, collector, requests: 10)
        #expect(exporter.dropped == 100)
        #expect(logs.events.prefix(1) == ["warning span_export_failed"])
        // The second line tells what the stop left behind.
        #expect(logs.events.count <= 2)
        #expect(!logs.text.contains("very-secret"))
    }

    @Test func aStopDoesNotWaitForACollectorThatHangs() async {
        let collector = ScriptedCollector([.never])
        let logs = LogKeeper()
        var configuration = configuration()
        configuration.flushTimeout = .milliseconds(20)
        let exporter = exporter(collector, configuration, logs)
        end(6)
        await run(exporter, collector, requests: 1)
        #expect(exporter.dropped == 6)
        #expect(logs.events == ["warning spans_dropped"])
    }

    @Test func aStopDoesNotWaitForACollectorThatIsAway() async {
        let collector = ScriptedCollector(Array(repeating: .unreachable, count: 50))
        var configuration = configuration()
        configuration.backoff = Backoff(initial: .seconds(3_600), maximum: .seconds(3_600))
        configuration.flushTimeout = .seconds(3_600)
        let exporter = exporter(collector, configuration)
        end(6)
        await run(exporter, collector, requests: 1)
        // One more attempt, at once.
        #expect(collector.requests.count == 2)
        #expect(exporter.dropped == 6)
    }
}
