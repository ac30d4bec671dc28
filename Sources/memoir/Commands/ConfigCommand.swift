import ArgumentParser
import Settings

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings in force and where each comes from.",
        discussion: """
            Secrets are masked. Everything that is wrong is told at once, with exit code 78.

            Examples:
              memoir config
              memoir config --json | jq '.settings[] | select(.isDefault | not)'
              memoir config --check --config /etc/memoir/memoir.yaml
              memoir config --template > config/memoir.yaml
            """
    )

    enum Mode: String, EnumerableFlag {
        case check, template, reference

        static func help(for mode: Mode) -> ArgumentHelp? {
            switch mode {
            case .check: "Only check the configuration."
            case .template: "Print a configuration file in which every key stands commented at its default."
            case .reference: "Print all keys with their environment variables and defaults, as Markdown."
            }
        }
    }

    @Flag(exclusivity: .exclusive) var mode: Mode?
    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Settings") var settings: SettingsOptions

    func run() async throws {
        try await reportingFailures { () async throws(CommandFailure) in
            switch mode {
            case .template: print(SettingsReference.template, terminator: "")
            case .reference: print(SettingsReference.markdown)
            case .check:
                let loaded = try await Self.load(settings)
                try checkTokens(loaded.settings)
                print("The configuration is right (\(loaded.configurationFile ?? "no file")).")
            case nil: try show(SettingsReport(try await Self.load(settings)))
            }
        }
    }

    /// The file that the settings name is read by whoever lets agents in, and has to be right as well.
    private func checkTokens(_ settings: Settings) throws(CommandFailure) {
        do throws(SettingsError) {
            _ = try settings.tokensFile?.read()
        } catch {
            throw CommandFailure(.configuration, error.description)
        }
    }

    private func show(_ report: SettingsReport) throws(CommandFailure) {
        guard output.isJSON else { return print(report.text) }
        do {
            print(try report.json)
        } catch {
            throw CommandFailure(.configuration, "the settings cannot be written as JSON: \(error)")
        }
    }
}
