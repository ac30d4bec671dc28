import ArgumentParser

struct DeadShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one dead letter: the job as it came, and why it failed.",
        discussion: """
            Examples:
              memoir dead show 1764072000000-0
              memoir dead show 1764072000000-0 --full
            """
    )

    @Argument(help: ArgumentHelp("The letter's id, as memoir dead list shows it.", valueName: "letter"))
    var letter: String

    @Flag(help: "Show long values whole.")
    var full = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        let parts = letter.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ UInt64($0) != nil }) else {
            throw ValidationError("A letter's id is two numbers, such as 1764072000000-0.")
        }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in
            try await composition.showDeadLetter(self)
        }
    }
}
