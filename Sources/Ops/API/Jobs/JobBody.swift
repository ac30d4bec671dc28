internal import JSON
internal import JobQueue

/// A job as a request has it: a JSON object with the fields of the wire format, and `lane` besides.
struct JobBody {
    /// As the wire has them.
    let fields: [(name: String, value: String)]
    let lane: Lane

    /// - Parameter newID: what the job is called where it names no id.
    init(_ bytes: [UInt8], newID: () -> String) throws(OpsError) {
        var reader = JobBodyReader(bytes)
        var fields = try reader.read()
        let lane = fields.firstIndex { $0.name == "lane" }.map { fields.remove(at: $0).value }
        if !fields.contains(where: { $0.name == "v" }) { fields.append(("v", "1")) }
        if !fields.contains(where: { $0.name == "id" }) { fields.append(("id", newID())) }
        self.fields = fields
        self.lane = try Self.lane(lane, type: fields.first { $0.name == "type" }?.value)
    }

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Of fields that were checked.
    var request: JobRequest {
        var request = JobRequest(type: self["type"] ?? "", lane: lane, id: self["id"] ?? "")
        request.collection = self["collection"]
        request.text = self[request.type == JobType.search.rawValue ? "query" : "content"]
        request.metadata = self["metadata"]
        request.filters = self["filters"]
        request.key = self["key"]
        request.memoryID = self["memory_id"]
        request.after = self["after"]
        request.tenant = self["tenant"]
        request.topK = self["top_k"].flatMap { Int($0) }
        request.scoreThreshold = self["score_threshold"].flatMap { Double($0) }
        request.encodingFormat = self["encoding_format"]
        request.source = self["source"]
        request.run = self["run"]
        request.ttl = self["ttl"].flatMap { Int($0) }
        request.runAt = self["run_at"].flatMap { Int($0) }
        request.deadline = self["deadline"].flatMap { Int($0) }
        request.traceparent = self["traceparent"]
        return request
    }

    private static func lane(_ name: String?, type: String?) throws(OpsError) -> Lane {
        // A type that there is not is found out by whoever checks the fields.
        guard let name else { return type.flatMap(JobType.init(rawValue:))?.defaultLane ?? .search }
        guard let lane = Lane(rawValue: name) else {
            let lanes = Lane.allCases.map(\.rawValue).joined(separator: ", ")
            throw OpsError(InvalidJob("lane", "is no lane: send one of \(lanes)"))
        }
        return lane
    }
}
