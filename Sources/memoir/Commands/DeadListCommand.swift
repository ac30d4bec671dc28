import ArgumentParser

struct DeadListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List dead letters, the newest first.",
        discussion: """
            Examples:
              memoir dead list
              memoir dead list --code invalid_job --newer-than 1h --json | jq -r .message
            """
    )

    @OptionGroup(title: "Which letters") var letters: DeadLetterOptions

    @Option(help: "How many letters at most.")
    var limit = 100

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit takes a number from 1.") }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in
            try await composition.listDeadLetters(self)
        }
    }
}
