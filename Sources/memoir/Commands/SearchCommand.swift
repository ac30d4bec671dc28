import ArgumentParser

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find the memories nearest in meaning to a text.",
        discussion: """
            Filters are equality on fields of the metadata; see the collection's fields with memoir config.

            Examples:
              memoir search -c invoices "rail travel"
              memoir search -c invoices "rail travel" --filters '{"matched": false}' --json
            """
    )

    /// More results are refused: a result is one value in Redis.
    static let maximumTopK = 1000

    @Argument(help: "The text, or - to read it from standard input.")
    var query: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The collection to search.", valueName: "name"))
    var collection: String

    @Option(name: [.customLong("top-k"), .customShort("k")], help: "How many results at most.")
    var topK = 5

    @Option(
        help: ArgumentHelp("A JSON object of fields and the values they must have.", valueName: "json"),
        transform: JSONObjectArgument.read
    )
    var filters: JSONObjectArgument?

    @Option(help: "Leave out results that score less.")
    var scoreThreshold: Double?

    @Option(help: "Search the memories of this tenant only.")
    var tenant: String?

    @OptionGroup var job: JobOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        try TextArgument.requireContent(query, "query")
        try TextArgument.requireContent(collection, "collection")
        guard (1...Self.maximumTopK).contains(topK) else {
            throw ValidationError("--top-k takes a number from 1 to \(Self.maximumTopK).")
        }
        if let scoreThreshold, !scoreThreshold.isFinite { throw ValidationError("--score-threshold takes a number.") }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.search(self) }
    }
}
