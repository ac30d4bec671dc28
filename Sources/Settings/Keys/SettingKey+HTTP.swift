extension SettingKey {
    static let http: [SettingKey] = [
        SettingKey("http.enabled", \.http.isEnabled, .flag, "Whether the worker serves HTTP."),
        SettingKey(
            "http.host",
            \.http.host,
            host,
            "Where it listens. Anything but a loopback address needs `http.token`, for reading as well."
        ),
        SettingKey(
            "http.port",
            \.http.port,
            .integer(0...65_535),
            "TCP port; 0 takes a free one, which the log names. Where it is taken, jobs go on without it."
        ),
        SettingKey(
            "http.token",
            \.http.token,
            .bearerToken,
            "Sent as `Authorization: Bearer …` with what changes anything. Without one, nothing can be changed over HTTP."
        ),
        SettingKey(
            "http.maximumBodyBytes",
            \.http.maximumBodyBytes,
            .bytes(1_024...(64 << 20)),
            "Of one request's body."
        ),
    ]
}
