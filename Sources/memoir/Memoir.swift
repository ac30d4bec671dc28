import ArgumentParser

@main struct Memoir: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memoir",
        abstract: "The memory layer of AI agents: jobs in Redis, vectors in Qdrant.",
        discussion: """
            Producers put save, search, embed and forget jobs onto Redis streams; workers gather their texts into few \
            embedding calls, store and query the vectors, and write each result back to Redis.

            Getting started:
              memoir config --check       is the configuration right?
              memoir bootstrap            make collections, indexes and groups
              memoir worker               work on jobs until stopped
              memoir mcp                  the memory for agents of any MCP host
              memoir save -c invoices "SNCB, train to Lyon, 42 EUR"
              memoir search -c invoices "rail travel" --top-k 3
              memoir stats                how long are the queues?
              memoir top                  the same, live
              memoir doctor               what is wrong, and what mends it?

            Settings come from config/memoir.yaml, .env, files of secrets, the environment and flags, later ones \
            winning; memoir config shows what is in force and where it comes from.

            \(ExitStatus.summary)
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Job",
                subcommands: [
                    SaveCommand.self, SearchCommand.self, EmbedCommand.self, GetCommand.self, ListCommand.self,
                    ForgetCommand.self,
                ]
            ),
            CommandGroup(
                name: "Operations",
                subcommands: [
                    BootstrapCommand.self, WorkerCommand.self, MCPCommand.self, BackfillCommand.self,
                    FollowCommand.self, StatsCommand.self, TopCommand.self, DoctorCommand.self,
                ]
            ),
            CommandGroup(
                name: "Control",
                subcommands: [DeadCommand.self, CancelCommand.self, PauseCommand.self, ResumeCommand.self]
            ),
            CommandGroup(name: "Installation", subcommands: [ConfigCommand.self, VersionCommand.self]),
        ]
    )
}
