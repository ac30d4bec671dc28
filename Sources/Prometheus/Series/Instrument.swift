/// What is measured under one name and one set of labels. Recorded from any thread, without a lock and without memory of
/// its own.
protocol Instrument: AnyObject, Sendable {
    static var kind: MetricKind { get }

    /// Writes its samples.
    ///
    /// - Parameters:
    ///   - family: its name.
    ///   - labels: without the braces around them.
    func write(_ family: [UInt8], _ labels: [UInt8], to text: inout ExpositionText)
}
