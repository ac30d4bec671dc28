import Logging
import Synchronization

/// Keeps the events that are logged.
final class LogRecorder: Sendable {
    struct Line: Sendable, Equatable {
        let level: Logger.Level
        let event: String
        let metadata: [String: String]
    }

    private let recorded = Mutex<[Line]>([])

    var lines: [Line] { recorded.withLock { $0 } }
    var events: [String] { lines.map(\.event) }
    /// Events of level info and above.
    var notableEvents: [String] { lines.filter { $0.level >= .info }.map(\.event) }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self) }
    }

    private func record(_ line: Line) {
        recorded.withLock { $0.append(line) }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var logLevel = Logger.Level.debug
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).mapValues { "\($0)" }
            recorder.record(Line(level: event.level, event: "\(event.message)", metadata: metadata))
        }
    }
}
