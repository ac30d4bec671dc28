internal import RedisClient

/// A job that failed for good, as it stands in the stream of dead letters.
package struct DeadLetter: Sendable {
    package typealias Bytes = ArraySlice<UInt8>

    /// Values of this many bytes were cut by the script that buried the job.
    private static let cutBytes = 65_536

    /// `<milliseconds>-<sequence>`: names the letter, and says when the job was buried.
    package let id: String
    /// The job's fields as they came, then Memoir's own, whose names begin with `_`.
    package let fields: [(name: Bytes, value: Bytes)]

    /// Reads one entry of a reply to `XRANGE`.
    init(_ cursor: inout RedisReplyCursor) throws(RedisError) {
        _ = try cursor.array()
        guard let id = try cursor.string() else { throw RedisError(.unexpectedReply, "a dead letter without an id") }
        self.id = String(decoding: id, as: UTF8.self)
        var fields: [(name: Bytes, value: Bytes)] = []
        for _ in 0..<(try cursor.array() ?? 0) / 2 {
            guard let name = try cursor.string(), let value = try cursor.string() else { continue }
            fields.append((name: name, value: value))
        }
        self.fields = fields
    }

    /// nil for a field that the letter does not have.
    package subscript(name: String) -> Bytes? {
        fields.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    package func text(_ name: String) -> String? {
        self[name].map { String(decoding: $0, as: UTF8.self) }
    }

    /// Milliseconds since 1970, by the clock of Redis.
    package var buriedAt: Int { Int(id.prefix { $0 != "-" }) ?? 0 }
    package var jobID: Bytes? { self["id"] }
    /// The run that the job was counted in; nil where there was none.
    var run: String? {
        guard let name = self["run"], (1...JobLimits.maximumRunBytes).contains(name.count) else { return nil }
        return String(validating: name, as: UTF8.self)
    }
    /// What the job is called among its run's failures.
    var failureName: Bytes {
        if let source = self["source"], (1...JobLimits.maximumSourceBytes).contains(source.count) { return source }
        return jobID ?? []
    }
    /// The lane that the job was read from; nil where the letter names none.
    package var lane: Lane? { text("_lane").flatMap(Lane.init(rawValue:)) }
    package var code: String { text("_code") ?? "unknown" }

    /// Of names and values.
    package var byteCount: Int { fields.reduce(into: 0) { $0 += $1.name.count + $1.value.count } }

    /// Why the job cannot be sent again; nil where it can. A job that lacks a part would be another job.
    package var refusal: String? {
        if lane == nil { return "names no lane that there is" }
        if let cut = text("_cut") {
            return cut.isEmpty ? nil : "lacks a part of \(cut), too long to keep: have its producer send it again"
        }
        guard let cut = fields.first(where: { $0.value.count == Self.cutBytes }) else { return nil }
        let name = String(decoding: cut.name, as: UTF8.self)
        return "may lack a part of \(name), too long to keep: have its producer send it again"
    }
}
