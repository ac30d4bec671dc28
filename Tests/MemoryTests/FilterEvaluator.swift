import JSON

/// Whether a filter of the store matches a payload: the store's rules once more, as far as these tests need them.
enum FilterEvaluator {
    static func matches(_ filter: JSONValue, _ payload: JSONValue) -> Bool {
        guard case .object(let clauses) = filter else { return false }
        return clauses.allSatisfy { clause in
            switch clause.name {
            case "must": conditions(clause.value).allSatisfy { holds($0, payload) }
            case "must_not": !conditions(clause.value).contains { holds($0, payload) }
            case "should":
                conditions(clause.value).isEmpty || conditions(clause.value).contains { holds($0, payload) }
            case "min_should":
                conditions(clause.value["conditions"] ?? .null).count { holds($0, payload) }
                    >= integer(clause.value["min_count"])
            default: false
            }
        }
    }

    private static func holds(_ condition: JSONValue, _ payload: JSONValue) -> Bool {
        if let key = text(condition["key"]) {
            let value = value(at: key, of: payload)
            if let match = condition["match"] { return matches(value, match) }
            return condition["range"] != nil && value != nil && value != .null
        }
        if let empty = condition["is_empty"], let key = text(empty["key"]) {
            let value = value(at: key, of: payload)
            return value == nil || value == .null || value == .array([])
        }
        if let null = condition["is_null"], let key = text(null["key"]) {
            return value(at: key, of: payload) == .null
        }
        return matches(condition, payload)
    }

    private static func matches(_ value: JSONValue?, _ match: JSONValue) -> Bool {
        guard let value else { return false }
        if let wanted = match["value"] { return value == wanted }
        if let any = match["any"] { return conditions(any).contains(value) }
        return !conditions(match["except"] ?? .null).contains(value)
    }

    private static func value(at path: String, of payload: JSONValue) -> JSONValue? {
        path.split(separator: ".").reduce(payload) { $0?[String($1)] }
    }

    /// One alone stands for an array of one.
    private static func conditions(_ value: JSONValue) -> [JSONValue] {
        if case .array(let elements) = value { return elements }
        return value == .null ? [] : [value]
    }

    private static func text(_ value: JSONValue?) -> String? {
        if case .string(let text)? = value { return text }
        return nil
    }

    private static func integer(_ value: JSONValue?) -> Int {
        if case .integer(let integer)? = value { return integer }
        return 0
    }
}
