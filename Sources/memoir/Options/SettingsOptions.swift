import ArgumentParser
import FoundationEssentials
import Settings

/// The flags that say where settings come from, the same for every command.
struct SettingsOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file.",
            discussion: "Without it MEMOIR_CONFIG, then config/memoir.yaml, then /etc/memoir/memoir.yaml. "
                + "collections.yaml is read from the same folder.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var configurationFile: String?

    @Option(
        name: .customLong("env-file"),
        help: ArgumentHelp("The file of environment variables; without it .env, if it is there.", valueName: "file"),
        completion: .file()
    )
    var environmentFile: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Sets any key, over all other sources: --set worker.readCount=128. May be repeated.",
            valueName: "key=value"
        )
    )
    var assignments: [String] = []

    @Option(name: .customLong("redis-url"), help: ArgumentHelp("The same as --set redis.url=…", valueName: "url"))
    var redisURL: String?

    @Option(name: .customLong("qdrant-url"), help: ArgumentHelp("The same as --set qdrant.url=…", valueName: "url"))
    var qdrantURL: String?

    @Option(name: .customLong("log-level"), help: ArgumentHelp("The same as --set logging.level=…", valueName: "level"))
    var logLevel: String?

    func validate() throws {
        for assignment in assignments where SettingAssignment(set: assignment) == nil {
            // The text is not repeated: it may be a secret without its key.
            throw ValidationError("--set takes key=value, such as --set worker.readCount=128.")
        }
    }

    /// What `--set` and the named flags say; the named ones count where both are given.
    var settingAssignments: [SettingAssignment] {
        let named = [
            ("redis.url", redisURL, "--redis-url"),
            ("qdrant.url", qdrantURL, "--qdrant-url"),
            ("logging.level", logLevel, "--log-level"),
        ]
        return assignments.compactMap(SettingAssignment.init(set:))
            + named.compactMap { key, value, flag in
                value.map { SettingAssignment(key: key, value: $0, flag: flag) }
            }
    }

    func load() async throws(SettingsError) -> LoadedSettings {
        try await SettingsLoader(
            configurationFile: configurationFile,
            environmentFile: environmentFile,
            assignments: settingAssignments,
            environment: ProcessInfo.processInfo.environment
        ).load()
    }
}
