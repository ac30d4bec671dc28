import Testing

@testable import Settings

@Suite struct SecretTextsTests {
    @Test func allOfThem() throws {
        var settings = Settings()
        settings.redis.separatePassword = Secret("redis-password")
        settings.qdrant.apiKey = Secret("qdrant-key")
        settings.embeddings.apiKey = Secret("sk-key")
        settings.tracing.headers = [SecretHeader(name: "api-key", value: Secret("tracing key"))]
        settings.embeddings.baseURL.password = Secret("url/password")
        let texts = settings.secretTexts
        for secret in ["redis-password", "qdrant-key", "sk-key", "tracing key", "tracing%20key", "url/password"] {
            #expect(texts.contains(secret), "\(secret)")
        }
        #expect(!texts.contains("api-key"))
    }

    @Test(arguments: [
        ("postgresql://user:p%40ssword@host/db", ["p@ssword", "p%40ssword"]),
        ("host=db user=me password=hidden dbname=x", ["hidden"]),
        ("host=db password='hidden'", ["hidden"]),
        ("postgresql://host/db?user=me&password=hidden", ["hidden"]),
    ])
    func passwordsWithinConnectionStrings(_ url: String, _ passwords: [String]) {
        var settings = Settings()
        settings.database.url = Secret(url)
        let texts = settings.secretTexts
        for password in passwords { #expect(texts.contains(password), "\(password)") }
        #expect(!texts.contains("user"))
    }

    /// What is too short to be a secret would take letters out of every line.
    @Test func shortOnesAreLeftOut() {
        var settings = Settings()
        settings.redis.separatePassword = Secret("abc")
        #expect(settings.secretTexts.isEmpty)
    }
}
