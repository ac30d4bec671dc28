import ArgumentParser

struct DeadPurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Remove dead letters for good.",
        discussion: """
            Counts what matches and asks before it does anything. The jobs' error results stay until their ttl.

            Examples:
              memoir dead purge --older-than 168h
              memoir dead purge --code invalid_job --yes
            """
    )

    @OptionGroup(title: "Which letters") var letters: DeadLetterOptions
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in
            try await composition.purgeDeadLetters(self)
        }
    }
}
