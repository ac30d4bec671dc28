import JSON
package import VectorStore

/// What the store keeps of a memory under `_memoir`, as far as a save of the same point needs it.
package struct StoredBookkeeping: Sendable {
    /// Keys of the payload that hold it.
    package static let fields = ["_memoir.fingerprint", "_memoir.created_at"]

    /// Nil where an older version saved it, or another program: then nobody knows what it says.
    package private(set) var fingerprint: Fingerprint?
    /// RFC 3339, checked. Nothing in it needs escaping.
    private(set) var createdAt: ArraySlice<UInt8>?

    /// By id. Points whose ids are not ours are left out.
    package static func read(_ points: [StoredPoint]) -> [PointID: StoredBookkeeping] {
        var all: [PointID: StoredBookkeeping] = [:]
        all.reserveCapacity(points.count)
        for point in points {
            guard let id = PointID(text: point.id.dropFirst().dropLast()) else { continue }
            all[id] = StoredBookkeeping(point.payload)
        }
        return all
    }

    /// - Parameter payload: a JSON object. What is not as expected in it is as if it were not there.
    init(_ payload: ArraySlice<UInt8>) {
        var scanner = JSONScanner(payload)
        try? read(&scanner)
    }

    private mutating func read(_ scanner: inout JSONScanner) throws(JSONError) {
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            guard name == "_memoir", try scanner.nextKind() == .object else {
                try scanner.skipValue()
                continue
            }
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                guard try scanner.nextKind() == .string else {
                    try scanner.skipValue()
                    continue
                }
                let text = try scanner.readString().bytes
                if name == "fingerprint" {
                    fingerprint = Fingerprint(hexadecimal: text)
                } else if name == "created_at", RFC3339.isDateOrTime(text) {
                    createdAt = text
                }
            }
        }
    }
}
