import ArgumentParser

struct FollowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Keep memories in step with a PostgreSQL table.",
        discussion: """
            Sends what changes to the bulk lane, until SIGTERM or SIGINT stops it; started again it goes on where it was. \
            Rows that were there before are a backfill's. A trigger tells of each change, deletions included: \
            --install-trigger shows its SQL, asks, and puts it there. Where triggers are not allowed, --poll looks for rows \
            whose column source.updated is newer; it sees no deletions.

            Examples:
              memoir follow -c invoices --install-trigger
              memoir follow -c invoices -c social_posts
              memoir follow -c invoices --poll 5s
              memoir follow -c invoices --remove-trigger
            """
    )

    @Option(
        name: [.customShort("c"), .customLong("collection")],
        help: ArgumentHelp("A collection that is kept in step. May be repeated.", valueName: "name")
    )
    var collections: [String] = []

    @Flag(name: .customLong("install-trigger"), help: "Put the trigger into the database, and end.")
    var installsTrigger = false

    @Flag(name: .customLong("remove-trigger"), help: "Take it away, with what nobody has followed yet, and end.")
    var removesTrigger = false

    @Option(
        name: .customLong("poll"),
        help: ArgumentHelp("Look for changes so often, by the column source.updated.", valueName: "duration"),
        transform: DurationArgument.read
    )
    var pollInterval: Duration?

    // There is no choice of a lane: see `FollowRun`.

    @Option(help: ArgumentHelp("So many rows a second at most.", valueName: "rows"), transform: RateArgument.read)
    var rate: Double?

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func validate() throws {
        if let pollInterval, !(Duration.milliseconds(100)...Duration.seconds(86_400) ~= pollInterval) {
            throw ValidationError("--poll takes 100ms to 24h.")
        }
        if installsTrigger, removesTrigger {
            throw ValidationError("--install-trigger and --remove-trigger are not both possible.")
        }
        if installsTrigger || removesTrigger, pollInterval != nil {
            throw ValidationError("--poll needs no trigger.")
        }
        if Set(collections).count < collections.count { throw ValidationError("A collection is named twice.") }
    }

    func run() async throws {
        guard !collections.isEmpty else { throw ValidationError("Say which collection: -c invoices.") }
        try await perform(settings) { composition throws(CommandFailure) in try await composition.follow(self) }
    }
}
