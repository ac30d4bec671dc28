extension SettingKey {
    static let qdrant: [SettingKey] = [
        SettingKey(
            "qdrant.url",
            .httpURL,
            environment: "QDRANT_URL",
            default: "http://127.0.0.1:6333",
            "Where the REST interface of Qdrant is. Wins over `qdrant.host` and `qdrant.port` of the same source.",
            shown: { $0.qdrant.address.url.description },
            apply: { url, settings in
                settings.qdrant.address.use(url)
                return ["qdrant.host", "qdrant.port"]
            }
        ),
        SettingKey(
            "qdrant.host",
            host,
            environment: "QDRANT_HOST",
            default: nil,
            isPart: true,
            "Host name or address, instead of a URL. Replaces the URL of an earlier source.",
            shown: { $0.qdrant.address.url.host },
            apply: { host, settings in
                settings.qdrant.address.use(host: host)
                return ["qdrant.url"]
            }
        ),
        SettingKey(
            "qdrant.port",
            .integer(1...65_535),
            environment: "QDRANT_PORT",
            default: nil,
            isPart: true,
            "TCP port, instead of a URL.",
            shown: { $0.qdrant.address.url.port.map { "\($0)" } },
            apply: { port, settings in
                settings.qdrant.address.use(port: port)
                return []
            }
        ),
        SettingKey(
            "qdrant.apiKey",
            \.qdrant.apiKey,
            .secret,
            environment: "QDRANT_API_KEY",
            "Sent as the header `api-key`."
        ),
        SettingKey(
            "qdrant.timeout",
            \.qdrant.timeout,
            .duration(.milliseconds(10)...(.seconds(600))),
            "How long a request may take."
        ),
        SettingKey(
            "qdrant.upsertBatch",
            \.qdrant.upsertBatch,
            .integer(1...2048),
            "Points of one upsert request. Qdrant refuses bodies above 32 MB: about 500 points of 1,536 dimensions."
        ),
        SettingKey("qdrant.queryBatch", \.qdrant.queryBatch, .integer(1...1024), "Searches of one request."),
    ]
}
