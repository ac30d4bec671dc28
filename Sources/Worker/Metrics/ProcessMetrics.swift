package import CoreMetrics
internal import Synchronization

/// What the process uses, read when somebody looks.
package final class ProcessMetrics: Sendable {
    private let memory: Meter
    private let descriptors: Meter
    private let processorTime: FloatingPointCounter
    /// Of the processor's time, what is counted.
    private let counted = Mutex(0.0)

    /// - Parameter version: of the program.
    package init(_ factory: any MetricsFactory, version: String) {
        memory = factory.meter(.residentMemory)
        descriptors = factory.meter(.openDescriptors)
        processorTime = FloatingPointCounter(label: WorkerMetric.processorTime.name, factory: factory)
        factory.meter(.buildInformation, [("version", version)]).set(1)
        if let start = ProcessReadings.startSeconds { factory.meter(.startTime).set(start) }
    }

    /// Reads it. May be called from any thread.
    package func collect() {
        if let bytes = ProcessReadings.residentBytes { memory.set(bytes) }
        if let count = ProcessReadings.openDescriptors { descriptors.set(count) }
        counted.withLock { counted in
            let seconds = ProcessReadings.processorSeconds
            processorTime.increment(by: seconds - counted)
            counted = seconds
        }
    }
}
