import ArgumentParser

struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Read one memory.",
        discussion: """
            Takes --key or --point-id. A memory that is not there, or is another tenant's, is no error: the answer is null.

            Examples:
              memoir get -c invoices --key INV-7
              memoir get -c invoices --point-id 6f1c2f3a-5f0e-5c43-9d6d-0d1f6a4c9b11 --json
            """
    )

    @Option(name: .shortAndLong, help: ArgumentHelp("The collection to read from.", valueName: "name"))
    var collection: String

    @Option(help: "The key that the memory was saved with.")
    var key: String?

    @Option(name: .customLong("point-id"), help: ArgumentHelp("The id that save answered.", valueName: "id"))
    var pointID: String?

    @Option(help: "Read a memory of this tenant.")
    var tenant: String?

    @OptionGroup var job: JobOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        try TextArgument.requireContent(collection, "collection")
        guard (key == nil) != (pointID == nil) else { throw ValidationError("Give one of --key and --point-id.") }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.get(self) }
    }
}
