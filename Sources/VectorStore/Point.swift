/// A UUID (ours are version 5), in its two halves.
package struct PointID: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

package struct Point: Sendable {
    package var id: PointID
    package var vector: ArraySlice<Float>
    /// A JSON object, sent as it is.
    package var payload: [UInt8]

    package init(id: PointID, vector: ArraySlice<Float>, payload: [UInt8]) {
        self.id = id
        self.vector = vector
        self.payload = payload
    }
}

package struct PointQuery: Sendable {
    package var vector: ArraySlice<Float>
    /// A Qdrant filter, JSON, sent as it is.
    package var filter: [UInt8]?
    package var limit: Int
    package var scoreThreshold: Double?

    package init(vector: ArraySlice<Float>, filter: [UInt8]? = nil, limit: Int, scoreThreshold: Double? = nil) {
        self.vector = vector
        self.filter = filter
        self.limit = limit
        self.scoreThreshold = scoreThreshold
    }
}

/// One hit, its parts still the bytes that the store sent: they are spliced into a result without being decoded.
package struct ScoredPoint: Sendable {
    /// JSON: a string or a number.
    package var id: ArraySlice<UInt8>
    /// JSON: a number.
    package var score: ArraySlice<UInt8>
    /// A JSON object (`{}` when the store sent none).
    package var payload: ArraySlice<UInt8>

    package init(id: ArraySlice<UInt8>, score: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) {
        self.id = id
        self.score = score
        self.payload = payload
    }
}
