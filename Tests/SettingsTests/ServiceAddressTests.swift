import Testing

@testable import Settings

/// Which of URLs, hosts and ports is in force.
@Suite struct ServiceAddressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: [String: String] = [:]
        var secrets: [String: String] = [:]
        var environment: [String: String] = [:]
        let expected: String

        var testDescription: String { "\(file) \(secrets) \(environment)" }
    }

    static let redis: [Case] = [
        Case(expected: "redis://127.0.0.1:6379"),
        Case(environment: ["REDIS_HOST": "cache"], expected: "redis://cache:6379"),
        Case(environment: ["REDIS_PORT": "7000"], expected: "redis://127.0.0.1:7000"),
        // A URL wins over the host and port of its own source,
        Case(
            environment: ["REDIS_URL": "redis://a", "REDIS_HOST": "b", "REDIS_PORT": "7"],
            expected: "redis://a"
        ),
        // a later host over an earlier URL as a whole, whose password it must not get,
        Case(
            file: ["url": "redis://:old@a:7000/3"],
            environment: ["REDIS_HOST": "b"],
            expected: "redis://b:6379"
        ),
        // a later port over the port only,
        Case(
            file: ["url": "redis://:kept@a:7000"],
            environment: ["REDIS_PORT": "7001"],
            expected: "redis://:kept@a:7001"
        ),
        // and hosts and ports of two sources go together.
        Case(file: ["port": "7000"], environment: ["REDIS_HOST": "b"], expected: "redis://b:7000"),
        Case(file: ["host": "b"], environment: ["REDIS_PORT": "7000"], expected: "redis://b:7000"),
        Case(file: ["port": "7000"], environment: ["REDIS_URL": "redis://a"], expected: "redis://a"),
        // A password of its own completes a URL without one, from whatever source,
        Case(
            secrets: ["redis_password": "s3cret"],
            environment: ["REDIS_URL": "redis://a:6379/1"],
            expected: "redis://:s3cret@a:6379/1"
        ),
        // gives way to the URL of the same source, and wins over that of an earlier one.
        Case(
            environment: ["REDIS_URL": "redis://u:own@a", "REDIS_PASSWORD": "other"],
            expected: "redis://u:own@a"
        ),
        Case(file: ["url": "redis://u:old@a"], environment: ["REDIS_PASSWORD": "new"], expected: "redis://u:new@a"),
        Case(file: ["url": "redis://:old@a"], environment: ["REDIS_URL": "redis://b"], expected: "redis://b"),
        Case(file: ["url": "redis://a/1"], environment: ["REDIS_DB": "2"], expected: "redis://a/2"),
        Case(environment: ["REDIS_URL": "unix:///run/r.sock?db=3"], expected: "unix:///run/r.sock/3"),
        // Variables that Kubernetes sets for a service called redis are no settings.
        Case(
            file: ["host": "b"],
            environment: ["REDIS_PORT": "tcp://10.0.0.1:6379"],
            expected: "redis://b:6379"
        ),
    ]

    @Test(arguments: redis) func redisAddress(_ test: Case) async throws {
        let settings = try await Self.load(test, section: "redis").redis
        #expect(Self.summary(settings) == test.expected)
    }

    @Test(arguments: [
        Case(expected: "http://127.0.0.1:6333"),
        Case(environment: ["QDRANT_URL": "https://x.example.com:6333/"], expected: "https://x.example.com:6333"),
        Case(
            file: ["url": "https://x.example.com"],
            environment: ["QDRANT_HOST": "qdrant"],
            expected: "http://qdrant:6333"
        ),
        Case(
            file: ["url": "https://x.example.com"],
            environment: ["QDRANT_PORT": "443"],
            expected: "https://x.example.com:443"
        ),
        Case(environment: ["QDRANT_HOST": "::1"], expected: "http://[::1]:6333"),
    ])
    func qdrantAddress(_ test: Case) async throws {
        #expect(try await Self.load(test, section: "qdrant").qdrant.url == test.expected)
    }

    private static func load(_ test: Case, section: String) async throws -> Settings {
        let sandbox = try SettingsSandbox(environment: test.environment)
        if !test.file.isEmpty {
            let lines = test.file.map { "  \($0.key): \"\($0.value)\"" }.joined(separator: "\n")
            try sandbox.folder.write("\(section):\n\(lines)\n", to: "config/memoir.yaml")
        }
        for (name, value) in test.secrets { try sandbox.folder.write(value + "\n", to: "secrets/\(name)") }
        return try await sandbox.load().settings
    }

    /// What a client would connect to.
    private static func summary(_ redis: RedisSettings) -> String {
        var url = redis.address.url
        url.username = redis.username
        url.password = redis.password
        url.query = []
        if redis.socketPath == nil { url.path = "" }
        if redis.database != 0 { url.path += "/\(redis.database)" }
        return url.string
    }
}
