/// A page of points, by rising id.
package struct ScrollPage: Sendable {
    package var points: [StoredPoint]
    /// The id that the next page begins with, JSON (a string or a number); nil after the last page.
    package var next: ArraySlice<UInt8>?

    package init(points: [StoredPoint], next: ArraySlice<UInt8>? = nil) {
        self.points = points
        self.next = next
    }
}
