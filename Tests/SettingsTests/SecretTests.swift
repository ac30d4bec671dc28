import Testing

@testable import Settings

/// No secret is shown, wherever it comes from and whatever is wrong with it.
@Suite struct SecretTests {
    @Test(arguments: [
        ("sk-proj-0123456789abcdef3f2a", "sk-…3f2a"),
        ("0123456789abcdef0123456789", "…6789"),
        ("short-password", "***"),
        ("", "***"),
    ])
    func masksAllButTheEndOfLongSecrets(secret: String, shown: String) {
        #expect("\(Secret(secret))" == shown)
        #expect(String(reflecting: Secret(secret)) == shown)
    }

    @Test(arguments: [
        ("redis://user:pass@host:1/0", "redis://user:***@host:1/0"),
        ("redis://:pa@ss/w@host", "redis://:***@host"),
        ("redis://token@host", "redis://***@host"),
        ("user:pass@host", "user:***@host"),
        ("postgresql://host/db?user=u&password=p", "postgresql://host/db?user=u&password=***"),
        ("http://host:1", "http://host:1"),
    ])
    func masksURLs(url: String, shown: String) {
        #expect(ServiceURL.masked(url) == shown)
    }

    /// Every way of giving the secret, right or wrong, and neither the report nor the errors hold it.
    @Test(arguments: [
        ["REDIS_URL": "redis://u:SECRET@host"], ["REDIS_URL": "redis://u:SECRET@host:port"],
        ["REDIS_URL": "redis:/u:SECRET@host"], ["REDIS_PASSWORD": "SECRET"], ["QDRANT_API_KEY": "SECRET"],
        ["OPENAI_API_KEY": " SECRET"], ["DATABASE_URL": "postgresql://u:SECRET@h/d"],
        ["DATABASE_URL": "mysql://u:SECRET@h/d"], ["DATABASE_URL": "host=h password=SECRET"],
        ["OTEL_EXPORTER_OTLP_HEADERS": "api-key=SECRET"], ["OTEL_EXPORTER_OTLP_HEADERS": "SECRET"],
        ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://u:SECRET@h"],
        ["MEMOIR_OPENAI_KEY": "SECRET"], ["OPENAI_BASE_URL": "https://SECRET@host/v1"],
    ])
    func isNeverShown(environment: [String: String]) async throws {
        let sandbox = try SettingsSandbox(environment: environment)
        var shown = ""
        do {
            let loaded = try await sandbox.loader.load()
            let report = SettingsReport(loaded)
            shown = try report.text + report.json
            dump(loaded.settings.redis.password, to: &shown)
            dump(loaded.settings.embeddings.apiKey, to: &shown)
        } catch let error as SettingsError {
            shown = error.description
        }
        #expect(!shown.isEmpty)
        #expect(!shown.contains("SECRET"), "\(shown)")
    }

    @Test func filesAreReadInBothSpellingsAndThroughLinks() async throws {
        let sandbox = try SettingsSandbox()
        try sandbox.folder.write("sk-lower\n", to: "secrets/openai_api_key")
        try sandbox.folder.write("UPPER\r\n", to: "secrets/QDRANT_API_KEY")
        // As Kubernetes mounts them.
        let target = try sandbox.folder.write("linked", to: "secrets/..data/redis_password")
        try sandbox.folder.link("secrets/redis_password", to: target)
        try sandbox.folder.write("not a setting", to: "secrets/tls.key")
        let settings = try await sandbox.load().settings
        #expect(settings.embeddings.apiKey == Secret("sk-lower"))
        #expect(settings.qdrant.apiKey == Secret("UPPER"))
        #expect(settings.redis.password == Secret("linked"))
    }
}
