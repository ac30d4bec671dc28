import ArgumentParser

struct StatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show queues, workers, dead letters and collections.",
        discussion: """
            What waits is counted; where that would take too long it is an estimate, and marked with ~ (in JSON: \
            undelivered_is). With --watch, a terminal shows one picture that changes; a file or pipe gets one after \
            another, and with --json a line each. While Redis is away the last figures stay, and it goes on when Redis \
            returns. See memoir top for a live view.

            Examples:
              memoir stats
              memoir stats --watch 2s
              memoir stats --json | jq .lanes
            """
    )

    @Option(
        name: .customLong("watch"),
        help: ArgumentHelp("Show it again after each pause of this length, until stopped.", valueName: "duration"),
        transform: DurationArgument.read
    )
    var interval: Duration?

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        if let interval, interval < .milliseconds(100) {
            throw ValidationError("--watch takes a duration of at least 100ms.")
        }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.statistics(self) }
    }
}
