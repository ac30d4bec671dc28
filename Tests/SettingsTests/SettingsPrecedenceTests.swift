import Testing

@testable import Settings

/// Later sources win, each over all before it.
@Suite struct SettingsPrecedenceTests {
    /// The sources that say something, and the value of `embeddings.model` that is then in force, which is the
    /// source's own name.
    @Test(arguments: [
        ([], "text-embedding-3-small", "default"),
        (["file"], "file", "memoir.yaml:2"),
        (["file", "dotenv"], "dotenv", ".env:1 EMBEDDING_MODEL"),
        (["file", "dotenv", "secret"], "secret", "secrets/embedding_model"),
        (["file", "dotenv", "secret", "environment"], "environment", "environment EMBEDDING_MODEL"),
        (["file", "dotenv", "secret", "environment", "flag"], "flag", "--set embeddings.model"),
        (["file", "secret"], "secret", "secrets/embedding_model"),
        (["dotenv", "flag"], "flag", "--set embeddings.model"),
    ])
    func laterSourcesWin(sources: [String], model: String, origin: String) async throws {
        let sandbox = try SettingsSandbox(
            environment: sources.contains("environment") ? ["EMBEDDING_MODEL": "environment"] : [:],
            set: sources.contains("flag") ? ["embeddings.model=flag"] : []
        )
        if sources.contains("file") {
            try sandbox.folder.write("embeddings:\n  model: file\n", to: "config/memoir.yaml")
        }
        if sources.contains("dotenv") { try sandbox.folder.write("EMBEDDING_MODEL=dotenv\n", to: ".env") }
        if sources.contains("secret") { try sandbox.folder.write("secret\n", to: "secrets/embedding_model") }
        let loaded = try await sandbox.load()
        #expect(loaded.settings.embeddings.model == model)
        let key = try #require(SettingKey.byName["embeddings.model"])
        #expect(loaded.origin(of: key).description.hasSuffix(origin))
    }

    @Test func ownNameWinsOverTheShortOneOfTheSameSource() async throws {
        let loaded = try await SettingsSandbox(
            environment: ["EMBEDDING_MODEL": "short", "MEMOIR_EMBEDDINGS_MODEL": "own"]
        ).load()
        #expect(loaded.settings.embeddings.model == "own")
    }

    @Test func emptyVariablesCountAsNone() async throws {
        let sandbox = try SettingsSandbox(environment: ["EMBEDDING_MODEL": "", "OPENAI_API_KEY": ""])
        try sandbox.folder.write("embeddings: {model: file}\n", to: "config/memoir.yaml")
        let settings = try await sandbox.load().settings
        #expect(settings.embeddings.model == "file" && settings.embeddings.apiKey == nil)
    }

    @Test func everyKeyCanBeSetFromEachSource() async throws {
        let values = [
            "redis.url": "redis://a:1/2", "redis.host": "a", "qdrant.url": "http://b:2", "qdrant.host": "b",
            "embeddings.baseURL": "http://c/v1", "embeddings.sendDimensions": "never", "worker.enabled": "false",
            "http.enabled": "false", "http.token": "0123456789abcdef", "mcp.enabled": "false", "mcp.rights": "read",
            "logging.level": "debug", "logging.format": "json",
            "database.url": "postgresql://u:p@h/d",
            "tracing.endpoint": "http://d:4318", "tracing.tracesEndpoint": "http://d/v1/traces",
            "tracing.headers": "api-key=7", "tracing.sampleRatio": "0.7",
        ]
        for key in SettingKey.all {
            // Any number stands for text and secrets as well.
            let value = values[key.name] ?? (key.type == "duration" ? "1s" : key.type == "size" ? "2MiB" : "7")
            let fromEnvironment = try SettingsSandbox(environment: [key.environmentNames[0]: value])
            let fromFlag = try SettingsSandbox(set: ["\(key.name)=\(value)"])
            let fromFile = try SettingsSandbox()
            let path = key.name.split(separator: ".")
            let yaml = path.dropLast().map { "{\($0): " }.joined() + "{\(path.last ?? ""): \"\(value)\"}"
            try fromFile.folder.write(yaml + path.dropLast().map { _ in "}" }.joined(), to: "config/memoir.yaml")
            for sandbox in [fromEnvironment, fromFlag, fromFile] {
                // Values that contradict a default are told as such, and only those.
                let problems = await sandbox.problems().filter { !$0.contains("lower the one") }
                #expect(problems == [], "\(key.name)")
                guard let loaded = try? await sandbox.load() else { continue }
                #expect(loaded.isSet(key), "\(key.name)")
            }
        }
    }
}
