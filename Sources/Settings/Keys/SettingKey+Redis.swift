extension SettingKey {
    static let redis = redisAddress + redisConnection

    private static let redisConnection: [SettingKey] = [
        SettingKey(
            "redis.prefix",
            \.redis.prefix,
            .text("letters, digits and : - _ .", atMost: 64) {
                $0.isASCII && ($0.isLetter || $0.isNumber || ":-_.".contains($0))
            },
            "What every key begins with."
        ),
        SettingKey(
            "redis.partition",
            \.redis.partition,
            .text("letters, digits, - and _", atMost: 32) {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0))
            },
            "The part of every key in braces, which decides on the slot of a Redis Cluster."
        ),
        SettingKey(
            "redis.commandTimeout",
            \.redis.commandTimeout,
            .duration(.milliseconds(10)...(.seconds(600))),
            "How long a command may take to be answered."
        ),
        SettingKey(
            "redis.connectTimeout",
            \.redis.connectTimeout,
            .duration(.milliseconds(10)...(.seconds(600))),
            "How long connecting may take, the handshake included."
        ),
        SettingKey(
            "redis.maximumInFlightCommands",
            \.redis.maximumInFlightCommands,
            .integer(1...1_048_576),
            "Commands sent on one connection and not yet answered."
        ),
    ]
}
