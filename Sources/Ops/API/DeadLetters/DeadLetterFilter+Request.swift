internal import JobQueue

extension DeadLetterFilter {
    /// What requests name of it.
    static let names = ["code", "collection", "type", "lane"]

    /// - Parameters:
    ///   - texts: what is given for a name; nil for nothing.
    ///   - path: what the names stand in, for errors: `filter.`
    init(texts: (String) throws(OpsError) -> String?, path: String) throws(OpsError) {
        self.init()
        code = try texts("code")
        collection = try texts("collection")
        type = try texts("type")
        guard let name = try texts("lane") else { return }
        guard let lane = Lane(rawValue: name) else {
            let lanes = Lane.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("\(path)lane", "is no lane: send one of \(lanes)")
        }
        self.lane = lane
    }
}
