extension SettingKey {
    /// Every key, in the order of the documentation. Where several keys make one value, the whole (a URL) stands before
    /// its parts; `SettingsLoader` reads a source backwards, so that the whole is said last.
    package static let all =
        redis + qdrant + embeddings + cache + queue + worker + http + mcp + logging + tracing + database + backfill

    package static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// What the sections are, for the documentation and the template of the configuration file.
    package static let sections: [(name: String, summary: String)] = [
        ("redis", "The server that holds the queue, the results and the caches."),
        ("qdrant", "The vector database."),
        ("embeddings", "The OpenAI-compatible endpoint that turns texts into vectors."),
        ("cache", "What is kept to answer the same again without asking the services."),
        ("queue", "How many jobs may wait. Published in Redis by `memoir bootstrap` and by every worker that starts."),
        ("worker", "How many jobs are worked on at once, and how long each step may take."),
        (
            "http",
            "What the worker serves over HTTP: health, metrics, the figures and the queue to look at and to change."
        ),
        ("mcp", "What agents are offered over the Model Context Protocol: `memoir mcp`, and `/mcp` of the worker."),
        ("logging", "What is written to standard error."),
        ("tracing", "Where the spans of jobs are sent."),
        ("database", "The PostgreSQL database that rows are filled in from."),
        ("backfill", "How rows of the database are filled in: `memoir backfill` and `memoir follow`."),
    ]

    /// Host names as they stand in a URL.
    static let host = SettingForm.text("a host name or address", atMost: 253) {
        $0.isASCII && ($0.isLetter || $0.isNumber || "-._:".contains($0))
    }

    /// Text without spaces and control characters.
    static func word(_ expectation: String, atMost maximumLength: Int) -> SettingForm<String> {
        .text("\(expectation) without spaces", atMost: maximumLength) { character in
            !character.isWhitespace && character.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        }
    }
}
