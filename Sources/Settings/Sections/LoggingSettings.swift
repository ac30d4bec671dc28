/// `logging`: what is written to standard error.
package struct LoggingSettings: Sendable, Equatable {
    /// The names are those of swift-log.
    package enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    package enum Format: String, Sendable, CaseIterable {
        /// One line an event, for people.
        case text
        /// One JSON object a line, for programs.
        case json
    }

    /// `logging.level`. Defaults to `info`.
    package var level = Level.info
    /// `logging.format`. Defaults to `text`.
    package var format = Format.text
    /// `logging.maximumRepeatsPerSecond`, lines with the same event and level; the rest are counted and the count is
    /// told with the next line. Defaults to 10.
    package var maximumRepeatsPerSecond = 10

    package init() {}
}
