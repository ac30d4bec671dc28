import Configuration

extension SettingsSource {
    /// Flags of the command line; of two for one key the later one counts.
    init(assignments: [SettingAssignment]) {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var flags: [String: String] = [:]
        var problems: [SettingsProblem] = []
        for assignment in assignments {
            let origin = SettingsOrigin.flag(assignment.flag)
            guard let key = SettingKey.byName[assignment.key] else {
                problems.append(SettingsProblem(assignment.key, from: origin, Self.unknownKey(assignment.key)))
                continue
            }
            values[key.path] = ConfigValue(.string(assignment.value), isSecret: key.isSecret)
            flags[key.name] = assignment.flag
        }
        let origins = flags
        self.init(
            provider: InMemoryProvider(name: "command line", values: values),
            spellings: { [$0.path] },
            origin: { .flag(origins[$0] ?? "--set \($0)") },
            problems: problems
        )
    }
}
