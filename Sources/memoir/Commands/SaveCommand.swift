import ArgumentParser
import JobQueue

struct SaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: "Remember a text.",
        discussion: """
            Saving the same key, or without a key the same text, again replaces the memory instead of adding one.

            Examples:
              memoir save -c invoices --key INV-7 --metadata '{"amount": 42}' "SNCB, Lyon"
              pdftotext invoice.pdf - | memoir save -c invoices -
              memoir save -c notes --run-at 2026-03-01T09:30:00Z "The rent is due"
            """
    )

    @Argument(help: "The text, or - to read it from standard input.")
    var content: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The collection to save into.", valueName: "name"))
    var collection: String

    @Option(
        help: ArgumentHelp("A JSON object that is stored beside the text.", valueName: "json"),
        transform: JSONObjectArgument.read
    )
    var metadata: JSONObjectArgument?

    @Option(help: "The memory's own key, such as an invoice number; without it its text.")
    var key: String?

    @Option(help: "The tenant that the memory belongs to.")
    var tenant: String?

    @Option(
        name: .customLong("ttl"),
        help: ArgumentHelp("How long the result is kept, at least 1s.", valueName: "duration"),
        transform: DurationArgument.read
    )
    var resultTTL: Duration?

    @Option(help: "The lane to put the job onto.")
    var lane: Lane = .save

    @OptionGroup var job: JobOptions
    @OptionGroup var schedule: ScheduleOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        try TextArgument.requireContent(content, "content")
        try TextArgument.requireContent(collection, "collection")
        if let resultTTL, resultTTL < .seconds(1) { throw ValidationError("--ttl takes a duration of at least 1s.") }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.save(self) }
    }
}
