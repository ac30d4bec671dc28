import Logging
import Synchronization

/// Keeps what is logged.
final class LogKeeper: Sendable {
    private struct Line {
        let level: Logger.Level
        let event: String
        let metadata: String
    }

    private struct Handler: LogHandler {
        let keeper: LogKeeper
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(level: event.level, event: "\(event.message)", metadata: "\(event.metadata ?? [:])")
            keeper.lines.withLock { $0.append(line) }
        }
    }

    private let lines = Mutex<[Line]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(keeper: self) } }

    var events: [String] { lines.withLock { $0.map { "\($0.level) \($0.event)" } } }

    var text: String { lines.withLock { $0.map { "\($0.event) \($0.metadata)" }.joined(separator: "\n") } }
}
