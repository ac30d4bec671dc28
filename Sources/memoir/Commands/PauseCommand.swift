import ArgumentParser

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let no worker take jobs from a lane until it is resumed.",
        discussion: """
            Holds for all workers, also for those that start later. What they have taken already is finished, and \
            producers go on. May be said again.

            Examples:
              memoir pause bulk
              memoir pause all
            """
    )

    @Argument(help: "The lanes.")
    var lanes: [LaneArgument]

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.pause(self) }
    }
}
