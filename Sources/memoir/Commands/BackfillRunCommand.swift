import ArgumentParser

struct BackfillRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Pour rows in: what memoir backfill does by itself.",
        discussion: """
            Examples:
              memoir backfill -c invoices --limit 100 --dry-run
              memoir backfill -c invoices --all
              memoir backfill -c invoices --where "amount > 100" --yes
              memoir backfill -c invoices --resume
              memoir backfill -c invoices --all --prune
            """
    )

    @Option(name: .shortAndLong, help: ArgumentHelp("The collection that is filled.", valueName: "name"))
    var collection: String

    @OptionGroup(title: "Which rows") var rows: RowSelectionOptions

    @Flag(help: "Go on with the run that was stopped, or died, with the rows that it was to read.")
    var resume = false

    @Flag(help: "Give up a run that was not finished, and begin anew.")
    var restart = false

    @Flag(help: "Forget the memories whose rows are gone; with --all after the rows are done.")
    var prune = false

    @Flag(help: "Only show what would happen. Nothing is sent and nothing is written.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Option(help: ArgumentHelp("So many rows a second at most.", valueName: "rows"), transform: RateArgument.read)
    var rate: Double?

    @Flag(name: .customLong("no-wait"), help: "End when the last row is on the lane; the workers go on.")
    var isDetached = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        if resume, restart { throw ValidationError("--resume and --restart are not both possible.") }
        if resume, rows.isGiven {
            throw ValidationError("--resume goes on with the rows that the run was to read: say nothing else of them.")
        }
        if resume, dryRun { throw ValidationError("--resume has no --dry-run.") }
        if prune, rows.isGiven, !rows.isAll {
            throw ValidationError("--prune looks at all memories: alone or with --all.")
        }
        if prune, resume { throw ValidationError("--prune comes after the run: alone or with --all.") }
        guard rows.isGiven || resume || prune else {
            throw ValidationError("Say which rows: --all, --limit, --since or --where; or --resume, or --prune.")
        }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.backfill(self) }
    }
}
