/// Everything that is wrong with the configuration, so that it can be mended in one go.
package struct SettingsError: Error, Sendable, CustomStringConvertible {
    /// At least one.
    package let problems: [SettingsProblem]

    package var description: String {
        let count = problems.count == 1 ? "one problem" : "\(problems.count) problems"
        return "\(count) in the configuration:\n" + problems.map { "  \($0)" }.joined(separator: "\n")
    }
}
