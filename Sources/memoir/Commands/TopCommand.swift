import ArgumentParser

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch lanes, workers and circuits live, on the whole terminal.",
        discussion: """
            Keys: q or Ctrl-C ends, p makes the display stand still. While Redis is away the last figures stay, and it \
            goes on when Redis returns. Without a terminal, use memoir stats --watch.

            Examples:
              memoir top
              memoir top --interval 5s
            """
    )

    @Option(
        name: .customLong("interval"),
        help: ArgumentHelp("How often the figures are read.", valueName: "duration"),
        transform: DurationArgument.read
    )
    var interval = Duration.seconds(1)

    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        if interval < .milliseconds(100) {
            throw ValidationError("--interval takes a duration of at least 100ms.")
        }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.top(self) }
    }
}
