import Settings

/// A loader that sees nothing of the machine it runs on but a temporary folder.
struct SettingsSandbox {
    let folder: TemporaryFolder
    var loader: SettingsLoader

    init(environment: [String: String] = [:], set assignments: [String] = []) throws {
        folder = try TemporaryFolder()
        loader = SettingsLoader(
            assignments: assignments.compactMap(SettingAssignment.init(set:)),
            environment: environment
        )
        loader.standardConfigurationFiles = ["\(folder.path)/config/memoir.yaml", "\(folder.path)/etc/memoir.yaml"]
        loader.standardEnvironmentFile = "\(folder.path)/.env"
        loader.standardSecretsFolder = "\(folder.path)/secrets"
    }

    func load() async throws -> LoadedSettings { try await loader.load() }

    /// The problems that loading tells, as text; empty where it succeeds.
    func problems() async -> [String] {
        do {
            _ = try await loader.load()
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}
