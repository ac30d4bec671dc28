/// `queue`: what holds for producers and workers alike.
package struct QueueSettings: Sendable, Equatable {
    /// `queue.maximumLength`: entries that a lane may hold, waiting and in work, before producers are refused.
    package struct MaximumLength: Sendable, Equatable {
        /// `queue.maximumLength.search`, entries. Defaults to 100,000.
        package var search = 100_000
        /// `queue.maximumLength.save`, entries. Defaults to 100,000.
        package var save = 100_000
        /// `queue.maximumLength.embed`, entries. Defaults to 100,000.
        package var embed = 100_000
        /// `queue.maximumLength.bulk`, entries. Defaults to 1,000,000.
        package var bulk = 1_000_000

        package init() {}
    }

    package var maximumLength = MaximumLength()

    package init() {}
}
