extension LoadedSettings {
    /// Takes over what a source says, over all that was said before.
    ///
    /// Every value is read, also one that a later source replaces: it would come into force as soon as that source is
    /// gone.
    ///
    /// - Returns: What is wrong with the source's values.
    mutating func merge(_ source: SettingsSource) -> [SettingsProblem] {
        var problems = source.problems
        // Backwards, so that a URL is read after its parts and wins over them.
        for key in SettingKey.all.reversed() {
            guard let (text, origin) = source.value(of: key) else { continue }
            do throws(InvalidValue) {
                for replaced in try key.apply(text, &settings) { origins[replaced] = nil }
                origins[key.name] = origin
            } catch {
                problems.append(SettingsProblem(key.name, from: origin, value: key.masked(text), error.reason))
            }
        }
        return problems
    }

    /// Values that are right each by itself and wrong together.
    func contradictions() -> [SettingsProblem] {
        [
            ordered(
                "embeddings.maximumInputTokens",
                \.embeddings.maximumInputTokens,
                "embeddings.maximumTokens",
                \.embeddings.maximumTokens
            ),
            ordered(
                "worker.retry.initialBackoff",
                \.worker.retry.initialBackoff,
                "worker.retry.maximumBackoff",
                \.worker.retry.maximumBackoff
            ),
        ].compactMap { $0 }
    }

    private func ordered<Value: Comparable>(
        _ smallerName: String,
        _ smaller: KeyPath<Settings, Value>,
        _ largerName: String,
        _ larger: KeyPath<Settings, Value>
    ) -> SettingsProblem? {
        guard settings[keyPath: smaller] > settings[keyPath: larger] else { return nil }
        let shown = SettingKey.byName[smallerName]?.shown(settings)
        let bound = SettingKey.byName[largerName]?.shown(settings) ?? ""
        let origin = origins[largerName].map { "from \($0)" } ?? "the default"
        return SettingsProblem(
            smallerName,
            from: origins[smallerName] ?? .builtIn,
            value: shown,
            "is more than \(largerName), which is \(bound) (\(origin)); lower the one or raise the other"
        )
    }
}
