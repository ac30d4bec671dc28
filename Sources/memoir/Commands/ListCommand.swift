import ArgumentParser

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List memories, by id, a page at a time.",
        discussion: """
            Nothing is embedded. What each page ends with begins the next one: give it to --after.

            Examples:
              memoir list -c invoices
              memoir list -c invoices --filters '{"matched": false}' --limit 1000 --json
            """
    )

    /// More on a page are refused: a result is one value in Redis.
    static let maximumLimit = 1000

    @Option(name: .shortAndLong, help: ArgumentHelp("The collection to list.", valueName: "name"))
    var collection: String

    @Option(
        help: ArgumentHelp("A JSON object of fields and the values they must have.", valueName: "json"),
        transform: JSONObjectArgument.read
    )
    var filters: JSONObjectArgument?

    @Option(name: [.customLong("limit"), .customShort("n")], help: "How many memories at most.")
    var limit = 100

    @Option(help: ArgumentHelp("Where the page before ended: its \"next\".", valueName: "id"))
    var after: String?

    @Option(help: "List memories of this tenant only.")
    var tenant: String?

    @OptionGroup var job: JobOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        try TextArgument.requireContent(collection, "collection")
        guard (1...Self.maximumLimit).contains(limit) else {
            throw ValidationError("--limit takes a number from 1 to \(Self.maximumLimit).")
        }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.list(self) }
    }
}
