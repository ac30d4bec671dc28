import ArgumentParser

struct EmbedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Turn a text into a vector.",
        discussion: """
            Examples:
              memoir embed "rail travel"
              memoir embed "rail travel" --encoding-format base64 --json
            """
    )

    enum EncodingFormat: String, CaseIterable, ExpressibleByArgument {
        /// Little-endian float32.
        case base64
        case float
    }

    @Argument(help: "The text, or - to read it from standard input.")
    var text: String

    @Option(help: "How the vector is written: as numbers, or as base64 of little-endian float32.")
    var encodingFormat = EncodingFormat.float

    @OptionGroup var job: JobOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        try TextArgument.requireContent(text, "text")
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.embed(self) }
    }
}
