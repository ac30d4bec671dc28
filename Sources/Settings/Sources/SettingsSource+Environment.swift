import Configuration

extension SettingsSource {
    /// Variables of the process, of an `.env` file or of a folder of secrets. An empty value counts as none: Docker
    /// Compose passes `${NAME:-}` on that way.
    init(
        variables: [String: String],
        origin: @escaping @Sendable (String) -> SettingsOrigin
    ) {
        let given = variables.filter { !$0.value.isEmpty && !EnvironmentName.isServiceLink($0.key, value: $0.value) }
        let secretNames = SettingKey.all.filter(\.isSecret).flatMap(\.environmentNames)
        self.init(
            provider: EnvironmentVariablesProvider(
                environmentVariables: given,
                secretsSpecifier: .specific(Set(secretNames))
            ),
            spellings: { $0.environmentNames.map { AbsoluteConfigKey([$0]) } },
            origin: origin,
            problems: given.keys.sorted().compactMap { name in
                Self.isUnknown(name) ? SettingsProblem(name, from: origin(name), Self.unknownVariable(name)) : nil
            }
        )
    }

    /// Only names with Memoir's own prefix are judged: the rest of the environment is none of its business.
    private static func isUnknown(_ name: String) -> Bool {
        name.hasPrefix(EnvironmentName.prefix) && !knownVariables.contains(name)
    }

    private static func unknownVariable(_ name: String) -> String {
        let short = String(name.dropFirst(EnvironmentName.prefix.count))
        let nearest = knownVariables.contains(short) ? short : NearestName.find(name, among: knownVariables.sorted())
        guard let nearest else { return "there is no such setting; `memoir config --reference` lists the names" }
        return "there is no such setting; did you mean \(nearest)?"
    }

    private static let knownVariables = Set(
        SettingKey.all.flatMap(\.environmentNames) + [EnvironmentName.configurationFile, EnvironmentName.secretsFolder]
    )
}
