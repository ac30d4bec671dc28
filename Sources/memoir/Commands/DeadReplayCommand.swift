import ArgumentParser

struct DeadReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send the jobs of dead letters again.",
        discussion: """
            Counts what matches and asks before it does anything. Each job goes back to its lane under the same id, with \
            its attempts anew; its old result and the letter are removed in the same step. A job that fails again \
            becomes a letter again. Letters that come meanwhile are left alone.

            Examples:
              memoir dead replay --code store_refused --newer-than 2h
              memoir dead replay --job job-1 --yes
              memoir dead replay --dry-run
            """
    )

    @OptionGroup(title: "Which letters") var letters: DeadLetterOptions
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in
            try await composition.replayDeadLetters(self)
        }
    }
}
