import ArgumentParser
import Settings

extension AsyncParsableCommand {
    /// Loads the settings, starts logging and runs a command; what goes wrong is told on standard error and becomes
    /// the exit code.
    func perform(
        _ options: SettingsOptions,
        _ body: (Composition) async throws(CommandFailure) -> Void
    ) async throws {
        try await reportingFailures { () async throws(CommandFailure) in
            let settings = try await Self.load(options).settings
            LogOutput.start(settings)
            do throws(CommandFailure) {
                try await body(Composition(settings: settings))
            } catch {
                throw CommandFailure(error.status, LogMask(secrets: settings.secretTexts).masked(error.message))
            }
        }
    }

    func reportingFailures(_ body: () async throws(CommandFailure) -> Void) async throws {
        do throws(CommandFailure) {
            try await body()
        } catch {
            // A server's error may quote what it was sent, a row's text among it.
            StandardError.write("memoir: \(Terminal.harmless(error.message, allowingLineEnds: true))")
            throw ExitCode(error.status.rawValue)
        }
    }

    static func load(_ options: SettingsOptions) async throws(CommandFailure) -> LoadedSettings {
        do throws(SettingsError) {
            return try await options.load()
        } catch {
            throw CommandFailure(.configuration, error.description)
        }
    }
}
