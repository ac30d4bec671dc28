import CoreMetrics
import Prometheus
import Testing

/// What stands in the text, byte for byte.
@Suite struct ExpositionTests {
    private let registry = PrometheusRegistry(definitions: [
        MetricDefinition("jobs_total", "Jobs, \"all\" of them.\nOf \\ lanes."),
        MetricDefinition("wait_seconds", "How long.", bounds: HistogramBounds([0.5, 1, 10])),
        MetricDefinition("batch", "How many.", bounds: HistogramBounds([1, 2.5])),
    ])

    @Test func aCounterOfTextIsNamedByItsSample() {
        registry.makeCounter(label: "jobs_total", dimensions: [("lane", "save")]).increment(by: 2)
        registry.makeCounter(label: "jobs_total", dimensions: [("lane", "bulk")]).increment(by: 1)
        #expect(
            registry.lines() == [
                #"# HELP jobs_total Jobs, "all" of them.\nOf \\ lanes."#,
                "# TYPE jobs_total counter",
                #"jobs_total{lane="bulk"} 1"#,
                #"jobs_total{lane="save"} 2"#,
            ]
        )
    }

    @Test func aCounterOfOpenMetricsIsNamedByItsFamily() {
        registry.makeCounter(label: "jobs_total", dimensions: []).increment(by: 2)
        registry.makeFloatingPointCounter(label: "cpu_seconds", dimensions: []).increment(by: 0.25)
        #expect(
            registry.lines(.openMetrics) == [
                "# TYPE cpu_seconds counter",
                "# UNIT cpu_seconds seconds",
                "cpu_seconds_total 0.25",
                #"# HELP jobs Jobs, \"all\" of them.\nOf \\ lanes."#,
                "# TYPE jobs counter",
                "jobs_total 2",
                "# EOF",
            ]
        )
    }

    @Test func aTimerIsAHistogramInSeconds() {
        let timer = registry.makeTimer(label: "wait_seconds", dimensions: [("stage", "store")])
        // The second is at its bound, and counts below it.
        for nanoseconds in [1, 500_000_000, 500_000_001, 11_000_000_000] { timer.recordNanoseconds(Int64(nanoseconds)) }
        #expect(
            registry.lines() == [
                "# HELP wait_seconds How long.",
                "# TYPE wait_seconds histogram",
                #"wait_seconds_bucket{stage="store",le="0.5"} 2"#,
                #"wait_seconds_bucket{stage="store",le="1.0"} 3"#,
                #"wait_seconds_bucket{stage="store",le="10.0"} 3"#,
                #"wait_seconds_bucket{stage="store",le="+Inf"} 4"#,
                #"wait_seconds_count{stage="store"} 4"#,
                #"wait_seconds_sum{stage="store"} 12.000000002"#,
            ]
        )
    }

    /// Ten million jobs that waited for an hour each.
    @Test func aSumOutgrowsWhatAWholeNumberHolds() {
        let timer = registry.makeTimer(label: "wait_seconds", dimensions: [])
        for _ in 0..<10_000 { timer.recordNanoseconds(3_600_000_000_000_000) }
        #expect(registry.lines().last == "wait_seconds_sum 36000000000")
        timer.recordNanoseconds(.max)
        timer.recordNanoseconds(.max)
        #expect(registry.lines().last == "wait_seconds_sum 54446744073.70955")
    }

    @Test func aRecorderCountsWholeNumbersAndOthers() {
        let recorder = registry.makeRecorder(label: "batch", dimensions: [], aggregate: true)
        for value in [1, 2, 3] { recorder.record(Int64(value)) }
        for value in [2.5, 2.6, .nan, .infinity] { recorder.record(value) }
        #expect(
            registry.lines().dropFirst(2) == [
                #"batch_bucket{le="1.0"} 1"#,
                #"batch_bucket{le="2.5"} 3"#,
                #"batch_bucket{le="+Inf"} 5"#,
                "batch_count 5",
                "batch_sum 11.1",
            ]
        )
    }

    @Test(
        arguments: [
            (0.0, "0"), (3.0, "3"), (-2.0, "-2"), (1e17, "1e+17"), (-0.5, "-0.5"), (1e21, "1e+21"), (.nan, "NaN"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (1e-7, "1e-07"),
        ] as [(Double, String)]
    )
    func numbersAreSpelledAsReadersExpect(value: Double, text: String) {
        registry.makeMeter(label: "gauge", dimensions: []).set(value)
        #expect(registry.lines().last == "gauge \(text)")
    }

    @Test(arguments: [
        (#"plain"#, #"plain"#), (#"a "b""#, #"a \"b\""#), (#"\"#, #"\\"#), ("a\nb", #"a\nb"#), ("größe ✓", "größe ✓"),
        ("", ""),
    ])
    func labelValuesAreEscaped(value: String, text: String) {
        registry.makeCounter(label: "x", dimensions: [("l", value)]).increment(by: 1)
        #expect(registry.lines().last == "x_total{l=\"\(text)\"} 1")
    }

    @Test func anEmptyRegistryStillEnds() {
        #expect(registry.lines() == [])
        #expect(registry.lines(.openMetrics) == ["# EOF"])
    }

    @Test func theSameStateIsTheSameText() {
        for lane in ["search", "bulk", "save", "embed"] {
            for stage in ["total", "queued"] {
                registry.makeTimer(label: "t_seconds", dimensions: [("stage", stage), ("lane", lane)])
                    .recordNanoseconds(5)
            }
        }
        #expect(registry.text() == registry.text())
        let series = registry.lines().filter { $0.contains("_count") }
        #expect(series == series.sorted())
        #expect(series.count == 8)
    }
}
