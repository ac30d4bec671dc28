import ArgumentParser

struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Remember the rows of a PostgreSQL table.",
        discussion: """
            Shows what would happen and what it would cost, asks, and pours the rows into the bulk lane as fast as the \
            workers take them. Stop it whenever you like, and go on with --resume: no row is missed, and none is doubled, \
            however often it is run. What a row is made into stands in collections.yaml, under source.

            Examples:
              memoir backfill -c invoices --limit 100 --dry-run
              memoir backfill -c invoices --all
              memoir backfill -c invoices --since 36h --yes --rate 500
              memoir backfill -c invoices --resume
              memoir backfill -c invoices --prune
              memoir backfill errors -c invoices --retry

            memoir help backfill run lists the options.
            """,
        subcommands: [BackfillRunCommand.self, BackfillErrorsCommand.self],
        defaultSubcommand: BackfillRunCommand.self
    )
}
