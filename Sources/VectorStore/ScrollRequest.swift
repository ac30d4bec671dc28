/// Which points a page holds, in the order of their ids.
package struct ScrollRequest: Sendable {
    /// A Qdrant filter, JSON, sent as it is.
    package var filter: [UInt8]
    /// Points of the page at most.
    package var limit: Int
    /// Nil for the first page.
    package var offset: ScrollOffset?

    package init(filter: [UInt8], limit: Int, offset: ScrollOffset? = nil) {
        self.filter = filter
        self.limit = limit
        self.offset = offset
    }
}
