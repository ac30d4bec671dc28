/// What is known of how fast rows can go, before any has gone.
package struct Pace: Sendable, Equatable {
    /// Rows a second that were asked for.
    package var rowsPerSecond: Double?
    /// That the embedding service allows, or the configuration.
    package var tokensPerMinute: Int?
    /// Rows a second of the last backfill of the collection.
    package var lastRowsPerSecond: Double?

    package init() {}

    /// The slowest of them, and where it is from; nil where nothing is known.
    func slowest(tokensPerItem: Double) -> (rowsPerSecond: Double, reason: String)? {
        var paces: [(rowsPerSecond: Double, reason: String)] = []
        if let rowsPerSecond { paces.append((rowsPerSecond, "at the rate asked for")) }
        if let tokensPerMinute, tokensPerItem > 0 {
            let rate = Double(tokensPerMinute) / 60 / tokensPerItem
            paces.append((rate, "at the embedding service's limit of \(tokensPerMinute) tokens a minute"))
        }
        if let lastRowsPerSecond { paces.append((lastRowsPerSecond, "at the pace of the last backfill")) }
        return paces.filter { $0.rowsPerSecond > 0 }.min { $0.rowsPerSecond < $1.rowsPerSecond }
    }
}
