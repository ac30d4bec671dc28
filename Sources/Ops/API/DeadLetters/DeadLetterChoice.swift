internal import JSON
internal import JobQueue

/// Which letters a request wants changed. That all are meant has to be said: it must not be what is left when a name is
/// forgotten.
enum DeadLetterChoice: Equatable {
    /// Changed by one request.
    static let maximum = 1_000
    static let names = ["ids", "filter", "limit", "all"]

    /// Each once.
    case ids([String])
    case matching(DeadLetterFilter, limit: Int)

    init(_ members: [String: JSONValue]) throws(OpsError) {
        if let ids = members["ids"] {
            if let other = ["filter", "limit", "all"].first(where: { members[$0] != nil }) {
                throw .invalid(other, "stands beside ids: send ids alone, or none")
            }
            self = .ids(try Self.ids(ids))
            return
        }
        let filter = try Self.filter(members["filter"])
        let isAll = members["all"] == .bool(true)
        if let all = members["all"], !isAll, all != .bool(false) { throw .invalid("all", "takes true or false") }
        guard filter != DeadLetterFilter() || isAll else {
            throw .invalid("filter", "names nothing: send ids, a filter, or \"all\": true for all letters")
        }
        self = .matching(filter, limit: try Self.limit(members["limit"]))
    }

    private static func ids(_ value: JSONValue) throws(OpsError) -> [String] {
        guard case .array(let elements) = value, (1...maximum).contains(elements.count) else {
            throw .invalid("ids", "takes an array of 1 to \(maximum) ids of letters")
        }
        var ids: [String] = []
        var seen: Set<String> = []
        for (index, element) in elements.enumerated() {
            guard case .string(let id) = element, DeadLetterRoutes.isLetterID(id) else {
                throw .invalid("ids[\(index)]", DeadLetterRoutes.idReason)
            }
            if seen.insert(id).inserted { ids.append(id) }
        }
        return ids
    }

    private static func filter(_ value: JSONValue?) throws(OpsError) -> DeadLetterFilter {
        guard let value else { return DeadLetterFilter() }
        guard case .object(let members) = value else { throw .invalid("filter", "takes an object") }
        let texts = try RequestObject.checked(members, allowed: DeadLetterFilter.names, path: "filter.")
        return try DeadLetterFilter(
            texts: { name throws(OpsError) in
                guard let value = texts[name] else { return nil }
                guard case .string(let text) = value, !text.isEmpty else {
                    throw .invalid("filter.\(name)", "takes a text that is not empty")
                }
                return text
            },
            path: "filter."
        )
    }

    private static func limit(_ value: JSONValue?) throws(OpsError) -> Int {
        guard let value else { return maximum }
        guard case .integer(let limit) = value, (1...maximum).contains(limit) else {
            throw .invalid("limit", "takes a whole number from 1 to \(maximum)")
        }
        return limit
    }
}
