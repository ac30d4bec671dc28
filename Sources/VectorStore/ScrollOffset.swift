/// Where a page of points begins, by id: with this one, or with the next above it where it does not exist.
///
/// Ours are UUIDs. A collection that others write into too may hold numbers, and a page may begin with one.
package struct ScrollOffset: Sendable, Equatable {
    /// A string or a number.
    let json: [UInt8]

    package init(_ id: PointID) {
        json = id.json
    }

    package init(_ number: UInt64) {
        json = Array(String(number).utf8)
    }
}
