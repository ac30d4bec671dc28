import ArgumentParser
import Settings

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find what is wrong with Redis, Qdrant, the embedding endpoint and the queue, and say what mends it.",
        discussion: """
            Looks and changes nothing. A line for each finding, ok, note, warning or failure; below what should be mended \
            stand the commands for it, with the configured addresses filled in and never with a secret.

            A service that cannot be reached is a failure like any other: the rest is checked all the same. Exits with 0 \
            where nothing has failed, be there warnings, and with 1 otherwise.

            It embeds one word, and three stored texts of each collection to see whether its vectors are of the \
            configured model; --offline leaves out what costs money.

            Examples:
              memoir doctor
              memoir doctor --offline --json | jq '.findings[] | select(.severity == "failure")'
            """
    )

    @Flag(help: "Make no call to the embedding endpoint: they cost money.")
    var offline = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func run() async throws {
        try await reportingFailures { () async throws(CommandFailure) in
            let loaded = try await Self.load(settings)
            LogOutput.start(loaded.settings)
            try await Composition(settings: loaded.settings).examine(self, loaded)
        }
    }
}
