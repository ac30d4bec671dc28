import RedisClient
import Testing

@Suite struct RedisConfigurationTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let url: String
        var endpoint = RedisEndpoint.tcp(host: "h", port: 6379)
        var username: String?
        var password: String?
        var database = 0
        var testDescription: String { url }
    }

    static let good = [
        Good(url: "redis://h"),
        Good(url: "REDIS://h/"),
        Good(url: "redis://h:1", endpoint: .tcp(host: "h", port: 1)),
        Good(url: "redis://127.0.0.1:65535/15", endpoint: .tcp(host: "127.0.0.1", port: 65_535), database: 15),
        Good(url: "redis://[::1]", endpoint: .tcp(host: "::1", port: 6379)),
        Good(url: "redis://[fe80::1]:7000/2", endpoint: .tcp(host: "fe80::1", port: 7_000), database: 2),
        Good(url: "redis://:secret@h", password: "secret"),
        Good(url: "redis://user:secret@h", username: "user", password: "secret"),
        Good(url: "redis://u%40x:p%3A%2F%25%C3%A9@h/3", username: "u@x", password: "p:/%é", database: 3),
        Good(url: "redis://:p@ss/w:rd@h:9", endpoint: .tcp(host: "h", port: 9), password: "p@ss/w:rd"),
        Good(url: "redis://:@h"),
        Good(url: "unix:///run/redis.sock", endpoint: .unix(path: "/run/redis.sock")),
        Good(url: "unix:///run/redis@1.sock", endpoint: .unix(path: "/run/redis@1.sock")),
        Good(
            url: "redis+unix://user:p@ss@/run/a@b.sock?db=4",
            endpoint: .unix(path: "/run/a@b.sock"),
            username: "user",
            password: "p@ss",
            database: 4
        ),
    ]

    @Test(arguments: good)
    func readsTheURL(_ expected: Good) throws {
        let configuration = try RedisConfiguration(url: expected.url)
        #expect(configuration.endpoint == expected.endpoint)
        #expect(configuration.username == expected.username)
        #expect(configuration.password == expected.password)
        #expect(configuration.database == expected.database)
    }

    @Test(arguments: [
        ("", "has no scheme"),
        ("localhost:6379", "has no scheme"),
        ("http://h", "has the scheme http://"),
        ("rediss://:hunter2@h", "asks for TLS"),
        ("redis://", "names no host"),
        ("redis://:hunter2@:6379", "names no host"),
        ("redis://:hunter2@[]:1", "names no host"),
        ("redis://h:0", "has the port 0"),
        ("redis://h:65536", "has the port 65536"),
        ("redis://h:+80", "has the port +80"),
        ("redis://:hunter2@h:", "has the port"),
        ("redis://h/x", "has the database x"),
        ("redis://h/-1", "has the database -1"),
        ("redis://:hunter2@h/+1", "has the database +1"),
        ("redis://hunter2@h", "names a user without a password"),
        ("redis://:hunter2%4@h", "broken"),
        ("redis://:hunter2%zz@h", "broken"),
        ("redis://:hunter2%+4@h", "broken"),
        ("redis://:hunter2%ff@h", "broken"),
        ("unix://run/redis.sock", "names no absolute path"),
        ("unix://:hunter2@run/redis.sock", "names no absolute path"),
        ("unix:///run/redis.sock?database=1", "only ?db=NUMBER"),
        ("unix:///run/redis.sock?db=one", "has the database one"),
    ])
    func refusesTheURLWithoutGivingSecretsAway(url: String, reason: String) throws {
        let error = try #require(throws: RedisURLError.self) { try RedisConfiguration(url: url) }
        #expect("\(error)".contains(reason))
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test(arguments: [
        (RedisEndpoint.tcp(host: "h", port: 1), "h:1"),
        (.tcp(host: "::1", port: 1), "[::1]:1"),
        (.unix(path: "/run/redis.sock"), "/run/redis.sock"),
    ])
    func anEndpointReadsAsItIsWritten(endpoint: RedisEndpoint, text: String) {
        #expect("\(endpoint)" == text)
    }
}
