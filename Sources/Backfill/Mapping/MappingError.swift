/// What does not fit between a `source` and the columns that are really there; all of it at once.
package struct MappingError: Error, Sendable, Equatable, CustomStringConvertible {
    package struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The key of the configuration, such as `collections.invoices.source.content`.
        package let place: String
        /// What is wrong and what would be right.
        package let reason: String

        package var description: String { "\(place): \(reason)" }
    }

    /// Never empty; in the order of the configuration.
    package let problems: [Problem]

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
