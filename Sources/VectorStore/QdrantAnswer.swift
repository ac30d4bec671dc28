import JSON

/// The envelope `{"result": …, "status": "ok", "time": …}` and what the results inside it look like. Parts that the
/// caller only passes on stay slices of the body.
struct QdrantAnswer {
    private let body: [UInt8]
    private let configuration: QdrantConfiguration

    init(_ body: [UInt8], of configuration: QdrantConfiguration) {
        self.body = body
        self.configuration = configuration
    }

    /// Of a write that asked to wait: anything but `completed` means that it is not visible yet.
    func requireCompletion() throws(VectorStoreError) {
        let status = try result { scanner throws(JSONError) in
            try JSONValue(from: &scanner)["status"]
        }
        guard status == .string("completed") else {
            guard case .string(let text)? = status else { throw invalid("no status of the operation") }
            throw VectorStoreError(.passing, "\(configuration) left the write unfinished: \(text)")
        }
    }

    func count() throws(VectorStoreError) -> Int {
        let count = try result { scanner throws(JSONError) in
            try JSONValue(from: &scanner)["count"]
        }
        guard case .integer(let value)? = count else { throw invalid("no count") }
        return value
    }

    func value() throws(VectorStoreError) -> JSONValue {
        try result { scanner throws(JSONError) in try JSONValue(from: &scanner) }
    }

    /// `{"points": [hit, …]}`, or an array of such for several queries.
    func hits(ofQueries count: Int) throws(VectorStoreError) -> [[ScoredPoint]] {
        let lists = try result { scanner throws(JSONError) in
            guard count > 1 else { return [try Self.hitList(&scanner)] }
            var lists: [[ScoredPoint]] = []
            lists.reserveCapacity(count)
            try scanner.beginArray()
            while try scanner.nextElement() { lists.append(try Self.hitList(&scanner)) }
            return lists
        }
        guard lists.count == count else { throw invalid("\(lists.count) results for \(count) queries") }
        return lists
    }

    func points() throws(VectorStoreError) -> [StoredPoint] {
        try result { scanner throws(JSONError) in try Self.pointList(&scanner) }
    }

    /// `{"points": [point, …], "next_page_offset": id or null}`
    func page() throws(VectorStoreError) -> ScrollPage {
        let (points, next) = try result { scanner throws(JSONError) in
            var points: [StoredPoint]?
            var next: ArraySlice<UInt8>?
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                if name == "points" {
                    points = try Self.pointList(&scanner)
                } else if name == "next_page_offset" {
                    if try !scanner.readNull() { next = scanner.bytes[try Self.pointID(&scanner)] }
                } else {
                    try scanner.skipValue()
                }
            }
            return (points, next)
        }
        guard let points else { throw invalid("no points") }
        return ScrollPage(points: points, next: next)
    }

    private static func pointList(_ scanner: inout JSONScanner) throws(JSONError) -> [StoredPoint] {
        var points: [StoredPoint] = []
        try scanner.beginArray()
        while try scanner.nextElement() {
            let hit = try hit(&scanner)
            points.append(StoredPoint(id: hit.id, payload: hit.payload))
        }
        return points
    }

    private static func pointID(_ scanner: inout JSONScanner) throws(JSONError) -> Range<Int> {
        try scanner.nextKind() == .string ? scanner.skipValue() : scanner.readNumber()
    }

    private static func hitList(_ scanner: inout JSONScanner) throws(JSONError) -> [ScoredPoint] {
        var hits: [ScoredPoint] = []
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            guard name == "points" else {
                try scanner.skipValue()
                continue
            }
            try scanner.beginArray()
            while try scanner.nextElement() {
                let start = scanner.offset
                let hit = try hit(&scanner)
                guard !hit.score.isEmpty else { throw missing("a score", at: start) }
                hits.append(hit)
            }
        }
        return hits
    }

    private static func hit(_ scanner: inout JSONScanner) throws(JSONError) -> ScoredPoint {
        var id = 0..<0
        var score = 0..<0
        var payload: Range<Int>?
        let start = scanner.offset
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            if name == "payload", try scanner.nextKind() == .object {
                payload = try scanner.skipValue()
            } else if name == "id" {
                id = try pointID(&scanner)
            } else if name == "score" {
                score = try scanner.readNumber()
            } else {
                try scanner.skipValue()
            }
        }
        guard !id.isEmpty else { throw missing("an id", at: start) }
        return ScoredPoint(
            id: scanner.bytes[id],
            score: scanner.bytes[score],
            payload: payload.map { scanner.bytes[$0] } ?? emptyObject
        )
    }

    private static func missing(_ what: String, at offset: Int) -> JSONError {
        JSONError(.unexpected(UInt8(ascii: "{"), wanted: "a point with \(what)"), at: offset)
    }

    private static let emptyObject = ArraySlice("{}".utf8)

    /// Reads `result` with the closure, checks the rest of the envelope.
    private func result<Result>(
        _ read: (inout JSONScanner) throws(JSONError) -> Result
    ) throws(VectorStoreError) -> Result {
        var result: Result?
        do throws(JSONError) {
            var scanner = JSONScanner(body)
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                if name == "result" {
                    result = try read(&scanner)
                } else {
                    try scanner.skipValue()
                }
            }
            try scanner.finish()
        } catch {
            throw invalid(error.description)
        }
        guard let result else { throw invalid("no result") }
        return result
    }

    func invalid(_ what: String) -> VectorStoreError {
        VectorStoreError(
            .invalidResponse,
            "\(configuration) sent no valid answer: \(what); check that QDRANT_URL is that of a Qdrant"
        )
    }
}
