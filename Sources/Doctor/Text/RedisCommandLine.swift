internal import RedisClient

/// `redis-cli` with the configured server filled in; it asks for the password itself.
struct RedisCommandLine: Sendable {
    private let words: [String]

    init(_ configuration: RedisConfiguration) {
        var words = ["redis-cli"]
        switch configuration.endpoint {
        case .tcp(let host, let port): words += ["-h", host, "-p", "\(port)"]
        case .unix(let path): words += ["-s", path]
        }
        if configuration.database != 0 { words += ["-n", "\(configuration.database)"] }
        if configuration.password != nil {
            if let username = configuration.username { words += ["--user", username] }
            words.append("--askpass")
        }
        self.words = words
    }

    func callAsFunction(_ arguments: String...) -> String {
        (words + arguments).map(ShellWord.quoted).joined(separator: " ")
    }

    /// Changes a parameter at once, and keeps it where the server has a configuration file.
    func set(_ parameter: String, _ value: String) -> [String] {
        [self("CONFIG", "SET", parameter, value), self("CONFIG", "REWRITE")]
    }
}
