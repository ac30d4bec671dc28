/// What is known of a metric before it is measured: what it says to whoever reads it, and a histogram's buckets.
package struct MetricDefinition: Sendable {
    /// As it is asked for: a counter's with its `_total`.
    package let name: String
    /// One sentence.
    package let help: String
    /// Nil: what fits the name, see `HistogramBounds`.
    package let bounds: HistogramBounds?

    package init(_ name: String, _ help: String, bounds: HistogramBounds? = nil) {
        self.name = name
        self.help = help
        self.bounds = bounds
    }
}
