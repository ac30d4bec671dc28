/// Everything that can be configured, at its defaults until `SettingsLoader` reads the sources.
package struct Settings: Sendable, Equatable {
    package var redis = RedisSettings()
    package var qdrant = QdrantSettings()
    package var embeddings = EmbeddingsSettings()
    package var queue = QueueSettings()
    package var cache = CacheSettings()
    package var worker = WorkerSettings()
    package var http = HTTPSettings()
    package var mcp = MCPSettings()
    package var logging = LoggingSettings()
    package var tracing = TracingSettings()
    package var database = DatabaseSettings()
    package var backfill = BackfillSettings()
    /// The collections that `collections.yaml` declares, in its order.
    package var collections: [CollectionSettings] = []

    package init() {}
}
