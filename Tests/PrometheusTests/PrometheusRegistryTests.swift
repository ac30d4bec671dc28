import CoreMetrics
import Prometheus
import Synchronization
import Testing

@Suite struct PrometheusRegistryTests {
    @Test func theSameNameAndLabelsAreOneSeries() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "x", dimensions: [("a", "1"), ("b", "2")]).increment(by: 1)
        registry.makeCounter(label: "x_total", dimensions: [("b", "2"), ("a", "1")]).increment(by: 1)
        registry.makeFloatingPointCounter(label: "x", dimensions: [("b", "2"), ("a", "1")]).increment(by: 0.5)
        #expect(registry.lines().last == #"x_total{a="1",b="2"} 2.5"#)
        #expect(registry.seriesCount == 1)
    }

    @Test func tenThousandTenantsStayWithinTheBound() {
        let registry = PrometheusRegistry(maximumSeries: 100)
        for tenant in 0..<10_000 {
            registry.makeCounter(label: "jobs", dimensions: [("tenant", "\(tenant)")]).increment(by: 1)
        }
        #expect(registry.seriesCount == 100)
        #expect(registry.lines().count == 101)
        #expect(registry.droppedSeries == "9900")
        // What is there goes on being counted.
        registry.makeCounter(label: "jobs", dimensions: [("tenant", "7")]).increment(by: 1)
        #expect(registry.lines().contains(#"jobs_total{tenant="7"} 2"#))
    }

    @Test(arguments: ["", "9lives", "a-b", "a.b", "grüße", "a b", "a\n"])
    func aNameThatIsNoneIsNotKept(name: String) {
        let registry = PrometheusRegistry()
        registry.makeMeter(label: name, dimensions: []).set(1.0)
        #expect(registry.lines() == [])
        #expect(registry.droppedSeries == "1")
    }

    @Test(arguments: [
        [("a-b", "")], [("__name__", "")], [("le", "1")], [("", "")], [("a:b", "")], [("a", "1"), ("a", "2")],
    ])
    func labelsThatAreNoneAreNotKept(labels: [(String, String)]) {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "x", dimensions: labels).increment(by: 1)
        #expect(registry.lines() == [])
        #expect(registry.droppedSeries == "1")
    }

    /// Of two kinds under one name no reader could make anything.
    @Test(arguments: ["x", "x_total", "h", "h_count", "h_bucket"])
    func aNameIsOfOneKind(name: String) {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "x_total", dimensions: []).increment(by: 1)
        registry.makeTimer(label: "h", dimensions: []).recordNanoseconds(1)
        let before = registry.lines()
        registry.makeMeter(label: name, dimensions: []).set(7.0)
        #expect(registry.lines() == before)
        #expect(registry.droppedSeries == "1")
    }

    @Test func aHandlerThatIsDestroyedMakesRoom() {
        let registry = PrometheusRegistry(maximumSeries: 1)
        let counter = registry.makeCounter(label: "x", dimensions: [])
        registry.destroyCounter(counter)
        registry.makeMeter(label: "y", dimensions: []).set(1.0)
        #expect(registry.lines() == ["# TYPE y gauge", "y 1"])
    }

    @Test func countersOnlyGrow() {
        let registry = PrometheusRegistry()
        let counter = registry.makeFloatingPointCounter(label: "x", dimensions: [])
        for amount in [1.5, -1, .nan, .infinity, 0] { counter.increment(by: amount) }
        registry.makeCounter(label: "x", dimensions: []).increment(by: -5)
        #expect(registry.lines().last == "x_total 1.5")
        counter.reset()
        #expect(registry.lines().last == "x_total 0")
    }

    @Test func gaugesOfEachKindStandAtWhatWasSaidLast() {
        let registry = PrometheusRegistry()
        let meter = registry.makeMeter(label: "a", dimensions: [])
        meter.set(Int64(4))
        meter.increment(by: 2.5)
        meter.decrement(by: 1)
        Gauge(label: "b", factory: registry).record(3)
        #expect(registry.lines() == ["# TYPE a gauge", "a 5.5", "# TYPE b gauge", "b 3"])
    }

    @Test func bucketsFitTheName() {
        let registry = PrometheusRegistry()
        for name in ["a_seconds", "a_bytes", "a_tokens", "a"] {
            registry.makeRecorder(label: name, dimensions: [], aggregate: true).record(Int64(1))
        }
        let first = registry.lines().filter { $0.contains("_bucket") }.reduce(into: [String: String]()) { first, line in
            let name = String(line.prefix { $0 != "{" })
            if first[name] == nil { first[name] = line }
        }
        #expect(
            first == [
                "a_seconds_bucket": #"a_seconds_bucket{le="0.0005"} 0"#,
                "a_bytes_bucket": #"a_bytes_bucket{le="256.0"} 1"#,
                "a_tokens_bucket": #"a_tokens_bucket{le="1.0"} 1"#,
                "a_bucket": #"a_bucket{le="1.0"} 1"#,
            ]
        )
    }

    @Test func collectorsSpeakBeforeEachText() {
        let registry = PrometheusRegistry()
        let calls = Atomic<Int>(0)
        let gauge = registry.makeMeter(label: "calls", dimensions: [])
        registry.onCollect { gauge.set(Int64(calls.wrappingAdd(1, ordering: .relaxed).newValue)) }
        #expect(registry.lines().last == "calls 1")
        #expect(registry.lines().last == "calls 2")
    }

    /// Nothing is lost and nothing counted twice, while the text is read all along.
    @Test func manyThreadsCountTogether() async {
        let registry = PrometheusRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { @concurrent in
                    let counter = registry.makeFloatingPointCounter(label: "c", dimensions: [])
                    let timer = registry.makeTimer(label: "t", dimensions: [])
                    let recorder = registry.makeRecorder(label: "r", dimensions: [], aggregate: true)
                    for _ in 0..<5_000 {
                        counter.increment(by: 0.5)
                        timer.recordNanoseconds(1_000_000_000)
                        recorder.record(1.5)
                    }
                }
            }
            group.addTask { @concurrent in
                for _ in 0..<50 { #expect(!registry.text(.openMetrics).isEmpty) }
            }
        }
        let lines = registry.lines()
        for line in ["c_total 10000", "t_sum 20000", "t_count 20000", "r_sum 30000", "r_count 20000"] {
            #expect(lines.contains(line))
        }
    }
}
