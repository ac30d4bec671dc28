import ArgumentParser

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel jobs: queued, delayed or in flight.",
        discussion: """
            A worker answers each with status error and code cancelled, and does not run it. A job that is being stored \
            at that moment is finished. An id that nobody has sent yet stays marked for a day.

            Examples:
              memoir cancel job-1 job-2
              memoir cancel job-1 --timeout 30s --json
            """
    )

    /// Each is looked for among the delayed jobs.
    static let maximumIDs = 1_000

    @Argument(help: ArgumentHelp("The jobs' ids.", valueName: "id"))
    var ids: [String]

    @Option(
        help: ArgumentHelp("How long to wait for the answers: 200ms, 5s, 2m. (default: 5s)", valueName: "duration"),
        transform: DurationArgument.read
    )
    var timeout: Duration = .seconds(5)

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        for id in ids { try TextArgument.requireID(id) }
        guard ids.count <= Self.maximumIDs else { throw ValidationError("At most \(Self.maximumIDs) ids at once.") }
    }

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.cancel(self) }
    }
}
