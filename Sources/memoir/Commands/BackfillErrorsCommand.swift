import ArgumentParser

struct BackfillErrorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors",
        abstract: "Show the rows of the last backfill that failed, or send them again.",
        discussion: """
            Rows that could not be made into a job, and jobs that failed for good, with their primary keys. --retry reads \
            just these rows again, as they are now, and waits until they are done. Up to 10,000 are kept, for 30 days.

            Examples:
              memoir backfill errors -c invoices
              memoir backfill errors -c invoices --json | jq -r .primary_key[0]
              memoir backfill errors -c invoices --retry
              memoir backfill errors -c invoices --follow
            """
    )

    @Option(name: .shortAndLong, help: ArgumentHelp("The collection that was filled.", valueName: "name"))
    var collection: String

    @Flag(help: "Read these rows again and send them.")
    var retry = false

    @Flag(name: .customLong("follow"), help: "Show the rows that `memoir follow` met and that failed.")
    var isOfFollowing = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        if retry, isOfFollowing {
            throw ValidationError(
                "--retry is for the rows of a backfill: mend those that were followed, and they are sent."
            )
        }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.backfillErrors(self) }
    }
}
