/// A member of a consumer group, as `XINFO CONSUMERS` shows it.
package struct StreamConsumer: Sendable, Equatable {
    package let name: String
    /// Entries delivered to it and not acknowledged.
    package let pending: Int
    /// Since it last asked for entries, or claimed some.
    package let idle: Duration

    package init(name: String, pending: Int, idle: Duration) {
        self.name = name
        self.pending = pending
        self.idle = idle
    }
}
