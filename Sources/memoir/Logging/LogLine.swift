import Logging

/// One event as it is written, without its end of line.
struct LogLine {
    let time: LogTime
    let level: Logger.Level
    let logger: String
    let event: String
    let metadata: Logger.Metadata
}
