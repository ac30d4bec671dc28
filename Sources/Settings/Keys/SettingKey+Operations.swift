extension SettingKey {
    static let logging: [SettingKey] = [
        SettingKey(
            "logging.level",
            \.logging.level,
            .choice,
            environment: "LOG_LEVEL",
            "The least severe level that is written."
        ),
        SettingKey(
            "logging.format",
            \.logging.format,
            .choice,
            "One line an event for people, or one JSON object a line for programs."
        ),
        SettingKey(
            "logging.maximumRepeatsPerSecond",
            \.logging.maximumRepeatsPerSecond,
            .integer(1...100_000),
            "Lines a second with the same event and level. The rest are counted, and the count is told with the next line."
        ),
    ]

    static let database: [SettingKey] = [
        SettingKey(
            "database.url",
            \.database.url,
            .databaseURL,
            environment: "DATABASE_URL",
            "The database and the credentials for it."
        ),
        SettingKey(
            "database.connectTimeout",
            \.database.connectTimeout,
            .duration(.milliseconds(10)...(.seconds(600))),
            "How long connecting may take, the handshake included."
        ),
    ]
}
