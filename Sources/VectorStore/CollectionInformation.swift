/// What a store says of a collection.
package struct CollectionInformation: Sendable, Equatable {
    /// `green`, `yellow` (optimizing), `grey` (optimizations wait) or `red` (an operation failed for good).
    package var status: String
    /// Approximate, and not from every version.
    package var pointCount: Int?
    /// Nil where the collection has named vectors, or none.
    package var vectorSize: Int?
    package var distance: CollectionConfiguration.Distance?
    /// By payload key; the value as the store names it (`keyword`, `geo`, …).
    package var payloadSchema: [String: PayloadField]

    package struct PayloadField: Sendable, Equatable {
        package var type: String
        package var isTenant: Bool

        package init(type: String, isTenant: Bool = false) {
            self.type = type
            self.isTenant = isTenant
        }
    }

    package init(
        status: String,
        pointCount: Int? = nil,
        vectorSize: Int? = nil,
        distance: CollectionConfiguration.Distance? = nil,
        payloadSchema: [String: PayloadField] = [:]
    ) {
        self.status = status
        self.pointCount = pointCount
        self.vectorSize = vectorSize
        self.distance = distance
        self.payloadSchema = payloadSchema
    }
}
