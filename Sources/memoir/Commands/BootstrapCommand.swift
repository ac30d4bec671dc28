import ArgumentParser

struct BootstrapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bootstrap",
        abstract: "Make the collections, payload indexes and consumer groups that are missing.",
        discussion: """
            Reads collections.yaml. What is there already is compared with what is declared and left as it is; a \
            difference that cannot be mended without losing data is an error. The lanes' bounds are published in Redis. \
            May be run any number of times.
            """
    )

    @Flag(help: "Tell what would be made, and make nothing.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func run() async throws {
        try await perform(settings) { composition throws(CommandFailure) in try await composition.bootstrap(self) }
    }
}
