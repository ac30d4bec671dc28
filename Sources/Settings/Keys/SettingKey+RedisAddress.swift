extension SettingKey {
    /// The URL, and its parts for those who have them apart.
    static let redisAddress: [SettingKey] = [
        SettingKey(
            "redis.url",
            .redisURL,
            environment: "REDIS_URL",
            default: "redis://127.0.0.1:6379",
            "Where Redis is. Wins over `redis.host` and `redis.port` of the same source.",
            shown: { $0.redis.shownURL },
            apply: { url, settings in settings.redis.use(url) }
        ),
        SettingKey(
            "redis.host",
            host,
            environment: "REDIS_HOST",
            default: nil,
            isPart: true,
            "Host name or address, instead of a URL. Replaces the URL of an earlier source, its credentials included.",
            shown: { $0.redis.host },
            apply: { host, settings in
                settings.redis.address.use(host: host)
                return ["redis.url"]
            }
        ),
        SettingKey(
            "redis.port",
            .integer(1...65_535),
            environment: "REDIS_PORT",
            default: nil,
            isPart: true,
            "TCP port, instead of a URL.",
            shown: { "\($0.redis.port)" },
            apply: { port, settings in
                settings.redis.address.use(port: port)
                return []
            }
        ),
        SettingKey(
            "redis.username",
            word("a user name", atMost: 256),
            environment: "REDIS_USERNAME",
            default: nil,
            isPart: true,
            "User of `AUTH` where the URL names none; without it the default user.",
            shown: { $0.redis.username },
            apply: { username, settings in
                settings.redis.separateUsername = username
                settings.redis.address.dropUsername()
                return []
            }
        ),
        SettingKey(
            "redis.password",
            SettingForm<Secret?>.secret,
            environment: "REDIS_PASSWORD",
            default: nil,
            isPart: true,
            "Password of `AUTH` where the URL names none.",
            shown: { $0.redis.password?.description },
            apply: { password, settings in
                settings.redis.separatePassword = password
                settings.redis.address.dropPassword()
                return []
            }
        ),
        SettingKey(
            "redis.database",
            .integer(0...65_535),
            environment: "REDIS_DB",
            default: "0",
            isPart: true,
            "Number of the database where the URL names none.",
            shown: { "\($0.redis.database)" },
            apply: { database, settings in
                settings.redis.separateDatabase = database
                settings.redis.address.dropDatabase()
                return []
            }
        ),
    ]
}

extension RedisSettings {
    /// The address in force with its parts from other keys in it, the password masked.
    fileprivate var shownURL: String {
        var url = address.url
        url.username = username
        url.password = password
        if url.scheme == "redis", database != 0 { url.path = "/\(database)" }
        return url.description
    }

    /// - Returns: The keys whose values of earlier sources are no longer in force.
    fileprivate mutating func use(_ url: ServiceURL) -> [String] {
        address.use(url)
        var replaced = ["redis.host", "redis.port"]
        if url.username != nil { replaced.append("redis.username") }
        if url.password != nil { replaced.append("redis.password") }
        if RedisSettings.database(of: url) != nil { replaced.append("redis.database") }
        return replaced
    }
}
