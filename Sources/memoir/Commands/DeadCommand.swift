import ArgumentParser

struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "Look at dead letters, send their jobs again, remove them.",
        discussion: """
            A dead letter is a job that failed for good, with the reason. Mend the reason first, then replay.

            Examples:
              memoir dead list --code invalid_job --newer-than 1h
              memoir dead show 1764072000000-0
              memoir dead replay --collection invoices
              memoir dead purge --older-than 168h
            """,
        subcommands: [DeadListCommand.self, DeadShowCommand.self, DeadReplayCommand.self, DeadPurgeCommand.self]
    )
}
