/// Bounds that the tools' schemas tell of: they are part of what a model reads.
enum ToolLimits {
    static let searchResults = 1...100
    static let defaultSearchResults = 5
    static let listed = 1...100
    static let defaultListed = 20
    /// Characters of a text that a search shows, and a list.
    static let charactersSearched = 10_000
    static let charactersListed = 1_000
    /// Collections of one page of resources.
    static let resourcesListed = 100
    /// For figures that only adorn an answer.
    static let figuresTimeout = Duration.seconds(3)
}
