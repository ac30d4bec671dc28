import ArgumentParser

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Delete memories.",
        discussion: """
            Takes one of --key, --point-id and --filters. Filters delete every memory that matches.

            Examples:
              memoir forget -c invoices --key INV-7
              memoir forget -c agent_context --filters '{"task_id": "t-42"}'
            """
    )

    /// What is to be forgotten.
    enum Target: Equatable {
        case key(String)
        case pointID(String)
        case filters(JSONObjectArgument)
    }

    @Option(name: .shortAndLong, help: ArgumentHelp("The collection to delete from.", valueName: "name"))
    var collection: String

    @Option(help: "The key that the memory was saved with.")
    var key: String?

    @Option(name: .customLong("point-id"), help: ArgumentHelp("The id that save answered.", valueName: "id"))
    var pointID: String?

    @Option(
        help: ArgumentHelp("A JSON object of fields and the values they must have.", valueName: "json"),
        transform: JSONObjectArgument.read
    )
    var filters: JSONObjectArgument?

    @Option(help: "Delete memories of this tenant only.")
    var tenant: String?

    @OptionGroup var job: JobOptions
    @OptionGroup var schedule: ScheduleOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    /// The one that is given; nil where none or several are, which `validate` refuses.
    var target: Target? {
        switch (key, pointID, filters) {
        case (let key?, nil, nil): .key(key)
        case (nil, let pointID?, nil): .pointID(pointID)
        case (nil, nil, let filters?): .filters(filters)
        default: nil
        }
    }

    func validate() throws {
        try TextArgument.requireContent(collection, "collection")
        guard target != nil else { throw ValidationError("Give one of --key, --point-id and --filters.") }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.forget(self) }
    }
}
