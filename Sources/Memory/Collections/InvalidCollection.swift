/// A collection that the configuration declares wrongly: found at start, before any job is read.
package struct InvalidCollection: Error, Sendable, Equatable, CustomStringConvertible {
    package let collection: String
    /// What is wrong and what would be right.
    package let reason: String

    package init(_ collection: String, _ reason: String) {
        self.collection = collection
        self.reason = reason
    }

    package var description: String { "collection \"\(collection)\": \(reason)" }
}
