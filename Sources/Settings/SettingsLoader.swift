import Configuration
import SystemPackage

/// Reads the settings from all their sources, later ones winning: defaults, the configuration file, an `.env` file,
/// secrets mounted as files, the environment of the process, flags.
package struct SettingsLoader: Sendable {
    /// `.env` files larger than this are refused.
    private static let maximumEnvironmentFileBytes = 1 << 20

    /// The flag `--config`; it wins over `MEMOIR_CONFIG`.
    package var configurationFile: String?
    /// The flag `--env-file`.
    package var environmentFile: String?
    package var assignments: [SettingAssignment]
    /// Of the process.
    package var environment: [String: String]

    /// Where things are looked for when nothing says where they are; there they may be missing.
    package var standardConfigurationFiles = ["config/memoir.yaml", "/etc/memoir/memoir.yaml"]
    package var standardEnvironmentFile = ".env"
    package var standardSecretsFolder = "/run/secrets"

    package init(
        configurationFile: String? = nil,
        environmentFile: String? = nil,
        assignments: [SettingAssignment] = [],
        environment: [String: String]
    ) {
        self.configurationFile = configurationFile
        self.environmentFile = environmentFile
        self.assignments = assignments
        self.environment = environment
    }

    /// - Throws: All that is wrong, not only the first of it.
    package func load() async throws(SettingsError) -> LoadedSettings {
        var loaded = LoadedSettings()
        var problems: [SettingsProblem] = []
        let environmentSource = readEnvironmentFile()
        func variable(_ name: String) -> String? {
            let value = environment[name] ?? environmentSource.variables[name]
            return value?.isEmpty == false ? value : nil
        }
        let named = configurationFile ?? variable(EnvironmentName.configurationFile)
        problems += await readFiles(named.map { [$0] } ?? standardConfigurationFiles, isRequired: named != nil, &loaded)
        problems += loaded.merge(environmentSource.source)
        let folder = variable(EnvironmentName.secretsFolder)
        problems += loaded.merge(
            SettingsSource(secretsFolder: folder ?? standardSecretsFolder, isRequired: folder != nil)
        )
        problems += loaded.merge(SettingsSource(variables: environment) { .environment(name: $0) })
        problems += loaded.merge(SettingsSource(assignments: assignments))
        problems += loaded.contradictions()
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        return loaded
    }

    /// The first file that is there, and `collections.yaml` beside it; without any, the first `collections.yaml`.
    private func readFiles(
        _ candidates: [String],
        isRequired: Bool,
        _ loaded: inout LoadedSettings
    ) async -> [SettingsProblem] {
        var problems: [SettingsProblem] = []
        for path in candidates {
            guard let file = await Self.open(path, &problems) else { continue }
            loaded.configurationFile = path
            problems += loaded.merge(SettingsSource(file.provider, document: file.document, path: path))
            break
        }
        if isRequired, loaded.configurationFile == nil, problems.isEmpty {
            problems.append(SettingsProblem(candidates.joined(separator: ", "), "there is no such configuration file"))
        }
        for path in loaded.configurationFile.map({ [$0] }) ?? candidates {
            let collections = FilePath(path).removingLastComponent().appending("collections.yaml").string
            guard let file = await Self.open(collections, &problems) else { continue }
            loaded.collectionsFile = collections
            var reader = CollectionsReader(path: collections)
            loaded.settings.collections = reader.read(file.document.root)
            problems += reader.problems
            break
        }
        return problems
    }

    /// Nil where there is no such file, or none that can be read, which is then a problem.
    private static func open(
        _ path: String,
        _ problems: inout [SettingsProblem]
    ) async -> (provider: FileProvider<YAMLDocument>, document: YAMLDocument)? {
        do {
            let provider = try await FileProvider<YAMLDocument>(filePath: FilePath(path), allowMissing: true)
            return (provider.snapshot() as? YAMLDocument).map { (provider, $0) }
        } catch let fault as YAMLFault {
            problems.append(SettingsProblem(fault.line.map { "\(path):\($0)" } ?? path, fault.reason))
        } catch {
            problems.append(SettingsProblem(path, reasonWhyUnreadable(path)))
        }
        return nil
    }

    /// In the words of the system: the error of `FileProvider` is a page of Foundation's.
    private static func reasonWhyUnreadable(_ path: String) -> String {
        do throws(InvalidValue) {
            _ = try TextFile.read(path, maximumBytes: YAMLDocument.ParsingOptions.default.maximumBytes)
            return "cannot be read"
        } catch {
            return error.reason
        }
    }

    private func readEnvironmentFile() -> (source: SettingsSource, variables: [String: String]) {
        let path = environmentFile ?? standardEnvironmentFile
        var problems: [SettingsProblem] = []
        var file = EnvironmentFile("")
        do throws(InvalidValue) {
            if let text = try TextFile.read(path, maximumBytes: Self.maximumEnvironmentFileBytes) {
                file = EnvironmentFile(text)
            } else if environmentFile != nil {
                problems.append(SettingsProblem(path, "there is no such file"))
            }
        } catch {
            problems.append(SettingsProblem(path, error.reason))
        }
        problems += file.faults.map { SettingsProblem("\(path):\($0.line)", $0.reason) }
        let variables = file.variables
        let values = variables.mapValues(\.value)
        var source = SettingsSource(variables: values) {
            .environmentFile(path: path, line: variables[$0]?.line ?? 1, name: $0)
        }
        source.problems += problems
        return (source, values)
    }
}
