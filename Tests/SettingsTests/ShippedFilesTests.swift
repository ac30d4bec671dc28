import FoundationEssentials
import Testing

@testable import Settings

/// What is shipped beside the program agrees with the table of keys.
@Suite struct ShippedFilesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    @Test func configurationFileIsTheTemplate() throws {
        #expect(try text("config/memoir.yaml") == SettingsReference.template, "memoir config --template writes it")
    }

    @Test func documentationHoldsTheReference() throws {
        let documentation = try text("docs/configuration.md")
        #expect(documentation.contains(SettingsReference.markdown), "memoir config --reference prints it")
    }

    @Test func defaultsOfTheTemplateAreTheDefaults() async throws {
        let sandbox = try SettingsSandbox()
        // A line of a key, its comment sign in front: "  # name: value", and not "  # A sentence: …".
        let names = Set(SettingKey.all.compactMap { $0.name.split(separator: ".").last.map(String.init) })
        let lines = SettingsReference.template.split(separator: "\n", omittingEmptySubsequences: false)
        let uncommented = lines.map { line -> String in
            guard let sign = line.firstRange(of: "# ") else { return String(line) }
            let name = String(line[sign.upperBound...].prefix { $0 != ":" })
            return names.contains(name) ? String(line[..<sign.lowerBound] + line[sign.upperBound...]) : String(line)
        }
        try sandbox.folder.write(uncommented.joined(separator: "\n"), to: "config/memoir.yaml")
        let loaded = try await sandbox.load()
        var settings = loaded.settings
        #expect(SettingKey.all.filter { loaded.isSet($0) }.count > SettingKey.all.count - 17)
        // Unique by nature.
        settings.worker.id = "x"
        var defaults = Settings()
        defaults.worker.id = "x"
        // Named in the file, and of the same value.
        defaults.redis.separateDatabase = 0
        #expect(settings == defaults)
    }

    @Test func exampleEnvironmentIsRight() async throws {
        var sandbox = try SettingsSandbox()
        sandbox.loader.environmentFile = Self.root.appending(path: ".env.example").path
        #expect(await sandbox.problems() == [])
        // Every short name stands in it.
        let example = try text(".env.example")
        for name in SettingKey.all.flatMap({ $0.environmentNames.dropFirst() }) {
            #expect(example.contains("\(name)="), "\(name)")
        }
    }

    @Test func shippedCollectionsAreRight() async throws {
        var sandbox = try SettingsSandbox()
        sandbox.loader.configurationFile = Self.root.appending(path: "config/memoir.yaml").path
        let loaded = try await sandbox.load()
        #expect(loaded.settings.collections.map(\.name) == ["invoices", "social_posts", "ad_reports", "agent_context"])
        #expect(loaded.settings.collections.allSatisfy { !$0.description.isEmpty && !$0.fields.isEmpty })
    }
}
