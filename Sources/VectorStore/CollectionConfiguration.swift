/// What a new collection is made of; what is nil is left to the server's defaults.
package struct CollectionConfiguration: Sendable, Equatable {
    package enum Distance: String, Sendable {
        case cosine = "Cosine"
        case dot = "Dot"
        case euclid = "Euclid"
        case manhattan = "Manhattan"
    }

    /// Dimensions of the vectors.
    package var vectorSize: Int
    /// Defaults to cosine.
    package var distance: Distance
    /// Whether vectors are served from disk instead of memory.
    package var vectorsOnDisk: Bool?
    /// Whether payloads are.
    package var payloadOnDisk: Bool?

    package init(
        vectorSize: Int,
        distance: Distance = .cosine,
        vectorsOnDisk: Bool? = nil,
        payloadOnDisk: Bool? = nil
    ) {
        self.vectorSize = vectorSize
        self.distance = distance
        self.vectorsOnDisk = vectorsOnDisk
        self.payloadOnDisk = payloadOnDisk
    }
}
