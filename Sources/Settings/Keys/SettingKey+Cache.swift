extension SettingKey {
    static let cache: [SettingKey] = [
        SettingKey(
            "cache.memoryBytes",
            \.cache.memoryBytes,
            .bytes(0...(64 << 30)),
            "Bytes of vectors that each worker keeps in its memory; 0 keeps none. Those of bulk jobs are in Redis only."
        ),
        SettingKey(
            "cache.embeddingTTL",
            \.cache.embeddingTTL,
            .duration(.zero...(.seconds(365 * 86_400))),
            "How long a vector is kept in Redis, for all workers; 0 keeps none."
        ),
        SettingKey(
            "cache.searchTTL",
            \.cache.searchTTL,
            .duration(.zero...(.seconds(3_600))),
            "How long a search's answer is kept in Redis, unless its collection changes; 0 keeps none."
        ),
        SettingKey(
            "cache.maximumAnswerBytes",
            \.cache.maximumAnswerBytes,
            .bytes(1_024...(4 << 20)),
            "Bytes of a search's answer: a larger one is not kept."
        ),
        SettingKey(
            "cache.maximumRedisPercent",
            \.cache.maximumRedisPercent,
            .integer(1...100),
            "Share of Redis' `maxmemory` in use above which nothing is written to the caches."
        ),
        SettingKey(
            "cache.maximumRedisBytes",
            \.cache.maximumRedisBytes,
            .bytes((1 << 20)...(1 << 40)),
            "The same for a Redis without `maxmemory`: bytes in use."
        ),
    ]
}
