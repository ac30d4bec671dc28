import Glibc
import Prometheus
import Testing

@testable import Worker

@Suite("What the process uses", .serialized)
struct ProcessMetricsTests {
    @Test("The kernel says all of it")
    func readings() throws {
        let bytes = try #require(ProcessReadings.residentBytes)
        #expect((1 << 20...1 << 36).contains(bytes))
        let began = try #require(ProcessReadings.startSeconds)
        let age = Double(WallClock.microseconds) / 1e6 - began
        #expect((-0.1...36_000).contains(age))
        #expect(ProcessReadings.processorSeconds > 0)
    }

    @Test("Descriptors are counted")
    func descriptors() throws {
        // Other tests open and close some meanwhile: the hundred are more than those.
        let before = try #require(ProcessReadings.openDescriptors)
        let opened = (0..<100).map { _ in open("/dev/null", O_RDONLY) }
        let after = try #require(ProcessReadings.openDescriptors)
        for descriptor in opened { close(descriptor) }
        #expect(abs(after - before - 100) < 50)
    }

    @Test("They are in the text, read when it is made")
    func text() throws {
        let registry = PrometheusRegistry(
            definitions: WorkerMetric.allCases.map { MetricDefinition($0.name, $0.help) }
        )
        let process = ProcessMetrics(registry, version: "1.2.3")
        registry.onCollect { process.collect() }
        let seconds = { () -> Double in
            let text = String(decoding: registry.text(), as: UTF8.self)
            #expect(text.contains(#"memoir_build_info{version="1.2.3"} 1"#))
            #expect(text.contains("# HELP process_open_fds File descriptors that are open.\n"))
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("process_cpu_seconds_total ") })
            return try #require(Double(line.split(separator: " ")[1]))
        }
        let before = try seconds()
        var sum = 0
        for number in 0..<3_000_000 { sum &+= number }
        #expect(sum > 0)
        let after = try seconds()
        #expect(after > before)
        #expect(abs(after - ProcessReadings.processorSeconds) < 5)
    }
}
