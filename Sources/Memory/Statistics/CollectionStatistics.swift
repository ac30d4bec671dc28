/// What the vector store says of one declared collection.
package struct CollectionStatistics: Sendable, Equatable {
    package let name: String
    /// nil where the store does not say.
    package var points: Int?
    /// As the store has it (`green`, …), `missing`, or `unknown` where it cannot be asked.
    package var status: String
    package var vectorSize: Int?
    /// Why the status is unknown.
    package var error: String?

    package init(name: String, points: Int? = nil, status: String, vectorSize: Int? = nil, error: String? = nil) {
        self.name = name
        self.points = points
        self.status = status
        self.vectorSize = vectorSize
        self.error = error
    }
}
