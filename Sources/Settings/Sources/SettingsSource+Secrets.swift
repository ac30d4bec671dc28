import Configuration
import FoundationEssentials

extension SettingsSource {
    /// Larger files are no passwords.
    private static let maximumSecretBytes = 64 << 10

    /// Secrets mounted as files, named like the variables of the environment in upper or lower case.
    ///
    /// swift-configuration's `DirectoryFilesProvider` passes over symbolic links, which is what Kubernetes mounts
    /// secrets as, so the folder is read here.
    ///
    /// - Parameter isRequired: Whether a folder that is not there is a problem.
    init(secretsFolder folder: String, isRequired: Bool) {
        var problems: [SettingsProblem] = []
        var variables: [String: String] = [:]
        var paths: [String: String] = [:]
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            files = []
            if isRequired { problems.append(SettingsProblem(folder, "the folder of secrets cannot be listed")) }
        }
        let known = Set(SettingKey.all.flatMap(\.environmentNames))
        for file in files {
            let name = file.uppercased()
            let isSpelledAlike = file == name || file == file.lowercased()
            guard isSpelledAlike, known.contains(name) || name.hasPrefix(EnvironmentName.prefix) else { continue }
            let path = "\(folder)/\(file)"
            paths[name] = path
            do throws(InvalidValue) {
                let text = try TextFile.read(path, maximumBytes: Self.maximumSecretBytes)
                variables[name] = text.map(Self.withoutTrailingNewlines)
            } catch {
                problems.append(SettingsProblem(path, error.reason))
            }
        }
        let origins = paths
        self.init(variables: variables) { .secretFile(path: origins[$0] ?? folder) }
        self.problems += problems
    }

    private static func withoutTrailingNewlines(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }
}
