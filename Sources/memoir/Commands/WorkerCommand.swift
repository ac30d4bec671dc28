import ArgumentParser
import JobQueue

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Work on jobs until stopped.",
        discussion: """
            SIGTERM and SIGINT stop it gracefully: no more jobs are taken, those in flight get worker.drainDeadline to \
            finish, and what is unfinished then goes back to the queue.

            Examples:
              memoir worker
              memoir worker --lane search --lane save
              memoir worker --set worker.slots.bulk=4096 --log-level debug
            """
    )

    @Option(
        name: .customLong("lane"),
        help: ArgumentHelp("A lane to take jobs from; without it all of them. May be repeated.", valueName: "lane")
    )
    var lanes: [Lane] = []

    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.work(self) }
    }
}
