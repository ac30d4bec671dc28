/// One thing that is wrong with the configuration.
package struct SettingsProblem: Sendable, Equatable, CustomStringConvertible {
    /// The key, or the file where the trouble is not with one key.
    package let subject: String
    package let origin: SettingsOrigin?
    /// What was given, secrets masked. Nil where it must not or need not be shown, as for unknown keys, whose values
    /// may be secrets under a mistyped name.
    package let value: String?
    /// What is wrong and what would be right.
    package let reason: String

    init(_ subject: String, from origin: SettingsOrigin? = nil, value: String? = nil, _ reason: String) {
        self.subject = subject
        self.origin = origin
        self.value = value
        self.reason = reason
    }

    package var description: String {
        let given = value.map { "“\(Self.shortened($0))”" }
        let place = [given, origin.map { "from \($0)" }].compactMap { $0 }.joined(separator: " ")
        return place.isEmpty ? "\(subject): \(reason)" : "\(subject) (\(place)): \(reason)"
    }

    /// One line of a length that can be read.
    private static func shortened(_ text: String) -> String {
        let line = text.map { $0.isNewline ? " " : $0 }
        return line.count > 80 ? String(line.prefix(80)) + "…" : String(line)
    }
}
