import ArgumentParser

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let workers take jobs again from a lane that was paused.",
        discussion: """
            Examples:
              memoir resume bulk
              memoir resume all
            """
    )

    @Argument(help: "The lanes.")
    var lanes: [LaneArgument]

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.resume(self) }
    }
}
