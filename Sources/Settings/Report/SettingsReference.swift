/// What follows from the table of keys for people to read: the reference in `docs/configuration.md` and the commented
/// configuration file.
package enum SettingsReference {
    private static let templateWidth = 100

    /// A table of Markdown for each section.
    package static var markdown: String {
        SettingKey.sections.map { section in
            let rows = SettingKey.all.filter { $0.section == section.name }.map { key in
                let names = key.environmentNames.map { "`\($0)`" }.joined(separator: ", ")
                let standard = key.defaultText.map { "`\($0)`" } ?? "none"
                return "| `\(key.name)` | \(key.summary) | \(form(key)) | \(standard) | \(names) |"
            }
            return """
                ### `\(section.name)`

                \(section.summary)

                | key | what | type | default | environment |
                |---|---|---|---|---|
                \(rows.joined(separator: "\n"))
                """
        }
        .joined(separator: "\n\n")
    }

    /// A `memoir.yaml` in which every key stands commented at its default.
    package static var template: String {
        let sections = SettingKey.sections.map { section in
            let keys = SettingKey.all.filter { $0.section == section.name }
            let body = lines(keys).joined(separator: "\n")
            return "\n# \(section.summary)\n\(section.name):\n\(body)"
        }
        return """
            # Memoir's configuration. Every key stands here at its default: remove the # in front of one to change it.
            # `memoir config` shows what is in force and where it comes from; `memoir config --check` only checks.
            # docs/configuration.md explains the sources and their order. Secrets belong in the environment or in files.
            \(sections.joined(separator: "\n"))

            """
    }

    /// The keys of one section; those below a group of their own, such as `slots`, are nested.
    private static func lines(_ keys: [SettingKey]) -> [String] {
        var lines: [String] = []
        var openGroup: Substring?
        for key in keys {
            let path = key.field.split(separator: ".")
            let group = path.count > 1 ? path[0] : nil
            if !lines.isEmpty { lines.append("") }
            if let group, group != openGroup { lines.append("  \(group):") }
            openGroup = group
            let margin = group == nil ? "  # " : "    # "
            lines += wrapped("\(key.summary) (\(form(key)))", margin: margin)
            lines.append("\(margin)\(path.last ?? ""):\(valueText(key))")
        }
        return lines
    }

    /// The default as it can be written; nothing where it is no value that one could write.
    private static func valueText(_ key: SettingKey) -> String {
        var settings = Settings()
        guard let text = key.defaultText, (try? key.apply(text, &settings)) != nil else { return "" }
        return text.hasSuffix(":") ? " \"\(text)\"" : " \(text)"
    }

    private static func form(_ key: SettingKey) -> String {
        key.limits.isEmpty ? key.type : "\(key.type): \(key.limits)"
    }

    private static func wrapped(_ text: String, margin: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, margin.count + line.count + 1 + word.count > templateWidth {
                lines.append(margin + line)
                line = ""
            }
            line += line.isEmpty ? word : " \(word)"
        }
        return lines + [margin + line]
    }
}
