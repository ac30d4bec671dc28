import JSON

/// Points that go in one request, and the room that its body takes at most.
struct UpsertBatch {
    /// `{"points":[]}`
    private static let overhead = 64
    /// `{"id":"…","vector":…,"payload":…},` without vector and payload.
    private static let overheadOfPoint = 96

    let points: ArraySlice<Point>
    let maximumBytes: Int

    /// In the order of the points, so that the last one of equal id stands. Refuses a point that no request can hold,
    /// before any is sent.
    static func split(
        _ points: [Point],
        _ configuration: QdrantConfiguration
    ) throws(VectorStoreError) -> [UpsertBatch] {
        var batches: [UpsertBatch] = []
        var start = 0
        var bytes = overhead
        for (index, point) in points.enumerated() {
            let size = maximumBytes(of: point)
            guard overhead + size <= configuration.maximumBodyBytes else {
                throw VectorStoreError(
                    .invalidRequest,
                    """
                    a point of \(point.vector.count) dimensions and \(point.payload.count) bytes of payload takes more \
                    than the \(configuration.maximumBodyBytes) bytes of a request: shorten its content
                    """
                )
            }
            if index - start == configuration.maximumPointsPerUpsert || bytes + size > configuration.maximumBodyBytes {
                batches.append(UpsertBatch(points: points[start..<index], maximumBytes: bytes))
                start = index
                bytes = overhead
            }
            bytes += size
        }
        if start < points.count {
            batches.append(UpsertBatch(points: points[start...], maximumBytes: bytes))
        }
        return batches
    }

    private static func maximumBytes(of point: Point) -> Int {
        overheadOfPoint + point.payload.count + point.vector.count * JSONWriter.maximumBytesPerNumberOfVector
    }
}
