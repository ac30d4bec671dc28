/// What a worker keeps to answer the same again without asking the services.
package struct CacheConfiguration: Sendable {
    /// Bytes of vectors kept in this process. Defaults to 64 MiB; 0 keeps none.
    package var memoryBytes = 64 << 20
    /// Seconds that a vector is kept in Redis. Defaults to 30 days; 0 keeps none there.
    package var embeddingTTL = 30 * 86_400
    /// Seconds that a search's answer is kept in Redis. Defaults to 60; 0 keeps none.
    package var searchTTL = 60
    /// Bytes of a search's answer: a larger one is not kept. Defaults to 64 KiB.
    package var maximumAnswerBytes = 64 << 10
    /// How full Redis may be for anything to be kept in it. Defaults to 80 % of its `maxmemory`, 2 GiB where it has none.
    package var room = RedisRoom(percent: 80, bytes: 2 << 30)
    /// Between two looks at how full it is. Defaults to 5 s.
    package var roomInterval = Duration.seconds(5)

    /// Changes of a collection that are so close together are many: none of its answers are kept then. Defaults to 250 ms.
    package var changeWindow = Duration.milliseconds(250)

    package init() {}

    /// Nothing is kept or looked up.
    package static var off: CacheConfiguration {
        var configuration = CacheConfiguration()
        configuration.memoryBytes = 0
        configuration.embeddingTTL = 0
        configuration.searchTTL = 0
        return configuration
    }

    var keepsEmbeddings: Bool { memoryBytes > 0 || sharesEmbeddings }
    /// With other workers, through Redis.
    var sharesEmbeddings: Bool { embeddingTTL > 0 }
    var keepsAnswers: Bool { searchTTL > 0 }
    var usesRedis: Bool { sharesEmbeddings || keepsAnswers }
}
