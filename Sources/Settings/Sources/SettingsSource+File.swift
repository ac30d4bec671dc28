import Configuration

extension SettingsSource {
    /// A configuration file. The document is the one that the provider serves.
    init(_ provider: FileProvider<YAMLDocument>, document: YAMLDocument, path: String) {
        var problems = document.leaves.compactMap { name, node, line in
            Self.problem(with: name, node, origin: .file(path: path, line: line))
        }
        switch document.root.content {
        case .mapping, .null: break
        case .scalar, .list:
            problems.append(SettingsProblem(path, "expected sections with keys in them, such as redis:"))
        }
        let lines = Dictionary(document.leaves.map { ($0.name, $0.line) }) { first, _ in first }
        self.init(
            provider: provider,
            spellings: { [$0.path] },
            origin: { .file(path: path, line: lines[$0] ?? 1) },
            problems: problems
        )
    }

    private static func problem(with name: String, _ node: YAMLNode, origin: SettingsOrigin) -> SettingsProblem? {
        guard let key = SettingKey.byName[name] else {
            // A section without content is no mistake: all that stood in it may be commented out.
            let isSection = SettingKey.all.contains { $0.name.hasPrefix("\(name).") }
            if isSection, node.content == .null { return nil }
            let reason = isSection ? "this is a section; its keys stand below it" : unknownKey(name)
            return SettingsProblem(name, from: origin, reason)
        }
        guard case .list = node.content else { return nil }
        return SettingsProblem(name, from: origin, "expected \(key.expectation), not a list")
    }

    static func unknownKey(_ name: String) -> String {
        guard let nearest = NearestName.find(name, among: SettingKey.all.map(\.name)) else {
            return "there is no such key; `memoir config` lists them all"
        }
        return "there is no such key; did you mean \(nearest)?"
    }
}
