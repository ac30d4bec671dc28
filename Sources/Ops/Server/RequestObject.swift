internal import JSON

/// Members of a JSON object of a request: only known ones, each at most once. One that is null is as if it were not there.
enum RequestObject {
    /// - Parameter path: of the object itself, for errors: `filter.`
    static func checked(
        _ members: [JSONValue.Member],
        allowed names: [String],
        path: String = ""
    ) throws(OpsError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        var seen: Set<String> = []
        for member in members {
            guard names.contains(member.name) else {
                throw .invalid(path + member.name, "is not known here: \(known(names))")
            }
            guard seen.insert(member.name).inserted else { throw .invalid(path + member.name, "stands twice") }
            if member.value != .null { values[member.name] = member.value }
        }
        return values
    }

    static func known(_ names: [String]) -> String {
        names.isEmpty ? "nothing is" : "known are \(names.joined(separator: ", "))"
    }
}
