extension SettingKey {
    static let worker: [SettingKey] = [
        SettingKey(
            "worker.enabled",
            \.worker.isEnabled,
            .flag,
            environment: "ENABLE_MEMORY",
            "Whether jobs are worked on at all."
        ),
        SettingKey(
            "worker.id",
            \.worker.id,
            .text("letters, digits, - _ and .", atMost: 128, where: WorkerSettings.isAllowedInID),
            default: "host name",
            "What the worker is called. Its consumer, heartbeat and results show it with a process id and a random part."
        ),
        slots("search", \.worker.slots.search),
        slots("save", \.worker.slots.save),
        slots("embed", \.worker.slots.embed),
        slots("bulk", \.worker.slots.bulk),
        SettingKey(
            "worker.readCount",
            \.worker.readCount,
            .integer(1...10_000),
            "Entries that one read of a stream asks for."
        ),
        SettingKey(
            "worker.readBytes",
            \.worker.readBytes,
            .bytes(65_536...(256 << 20)),
            "Bytes that one read should bring: it asks for fewer entries where they are large."
        ),
        SettingKey(
            "worker.blockTime",
            \.worker.blockTime,
            .duration(.milliseconds(10)...(.seconds(60))),
            "How long a read waits for entries."
        ),
        SettingKey(
            "worker.storeConcurrency",
            \.worker.storeConcurrency,
            .integer(1...256),
            "Requests to the vector database under way at once."
        ),
        SettingKey(
            "worker.drainDeadline",
            \.worker.drainDeadline,
            .duration(.zero...(.seconds(3600))),
            "How long jobs in flight may finish after a stop is asked for. What is unfinished then goes back to the queue."
        ),
        SettingKey(
            "worker.resultTTL",
            \.worker.resultTTL,
            .duration(.seconds(1)...(.seconds(30 * 86_400))),
            "How long a result is kept where its job does not say."
        ),
        SettingKey(
            "worker.maximumContentBytes",
            \.worker.maximumContentBytes,
            .bytes(1024...(64 << 20)),
            "Bytes of one job's content."
        ),
        SettingKey(
            "worker.maximumMetadataBytes",
            \.worker.maximumMetadataBytes,
            .bytes(1024...(16 << 20)),
            "Bytes of one job's metadata, and of its filters."
        ),
        SettingKey(
            "worker.deadLettersKept",
            \.worker.deadLettersKept,
            .integer(1...1_000_000),
            "Dead letters kept, about; the oldest are dropped."
        ),
        SettingKey(
            "worker.heartbeatInterval",
            \.worker.heartbeatInterval,
            .duration(.milliseconds(100)...(.seconds(60))),
            "Time between two signs of life. A worker that misses four counts as dead, and others take over its jobs."
        ),
        SettingKey(
            "worker.maximumDeliveries",
            \.worker.maximumDeliveries,
            .integer(3...1_000),
            "Times that a job is given to a worker. One that workers die with more often becomes a dead letter, `poison`."
        ),
        SettingKey(
            "worker.retry.initialBackoff",
            \.worker.retry.initialBackoff,
            .duration(.milliseconds(1)...(.seconds(3600))),
            "Pause before a service that is away is tried again. It doubles from one attempt to the next."
        ),
        SettingKey(
            "worker.retry.maximumBackoff",
            \.worker.retry.maximumBackoff,
            .duration(.milliseconds(1)...(.seconds(86_400))),
            "The longest pause between two attempts. Not less than `worker.retry.initialBackoff`."
        ),
        SettingKey(
            "worker.retry.maximumAttempts",
            \.worker.retry.maximumAttempts,
            .integer(1...100),
            "Attempts of one job that fails while the services are well. While one is away, no attempt is spent."
        ),
        SettingKey(
            "worker.retry.initialDelay",
            \.worker.retry.initialDelay,
            .duration(.milliseconds(1)...(.seconds(86_400))),
            "Pause before a job's second attempt. It doubles from one attempt to the next."
        ),
        SettingKey(
            "worker.retry.maximumDelay",
            \.worker.retry.maximumDelay,
            .duration(.milliseconds(1)...(.seconds(7 * 86_400))),
            "The longest pause between two attempts of a job. Not less than `worker.retry.initialDelay`."
        ),
    ]

    private static func slots(_ lane: String, _ path: any WritableKeyPath<Settings, Int> & Sendable) -> SettingKey {
        SettingKey("worker.slots.\(lane)", path, .integer(1...65_536), "Jobs in flight on the lane `\(lane)`.")
    }
}
