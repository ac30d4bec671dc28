package import JSON

/// As much of JSON Schema 2020-12 as the tools' schemas use.
package enum SchemaCheck {
    /// Where the value is not as the schema says; empty where it is.
    package static func faults(of value: JSONValue, against schema: JSONValue, at path: String = "$") -> [String] {
        if case .array(let schemas)? = schema["anyOf"] {
            let faults = schemas.map { Self.faults(of: value, against: $0, at: path) }
            return faults.contains([]) ? [] : Array(faults.joined())
        }
        if case .array(let values)? = schema["enum"] { return values.contains(value) ? [] : ["\(path): \(value)"] }
        guard isOfType(value, schema["type"]) else { return ["\(path): \(value) is no \(schema["type"] ?? .null)"] }
        switch value {
        case .object(let members): return objectFaults(members, schema, path)
        case .array(let elements):
            guard let items = schema["items"] else { return [] }
            return elements.enumerated().flatMap { faults(of: $1, against: items, at: "\(path)[\($0)]") }
        case .integer(let number):
            if case .integer(let minimum)? = schema["minimum"], number < minimum { return ["\(path): \(number)"] }
            if case .integer(let maximum)? = schema["maximum"], number > maximum { return ["\(path): \(number)"] }
            return []
        default: return []
        }
    }

    private static func objectFaults(
        _ members: [JSONValue.Member],
        _ schema: JSONValue,
        _ path: String
    ) -> [String] {
        var faults: [String] = []
        if case .array(let required)? = schema["required"] {
            for case .string(let name) in required where !members.contains(where: { $0.name == name }) {
                faults.append("\(path).\(name) is missing")
            }
        }
        guard case .object? = schema["properties"] else { return faults }
        for member in members {
            // Answers hold nothing that their schemas do not tell of.
            guard let part = schema["properties"]?[member.name] else {
                faults.append("\(path).\(member.name) is not declared")
                continue
            }
            faults += Self.faults(of: member.value, against: part, at: "\(path).\(member.name)")
        }
        return faults
    }

    private static func isOfType(_ value: JSONValue, _ type: JSONValue?) -> Bool {
        switch type {
        case .array(let types)?: types.contains { isOfType(value, $0) }
        case .string("null")?: value == .null
        case .string("object")?: if case .object = value { true } else { false }
        case .string("array")?: if case .array = value { true } else { false }
        case .string("string")?: if case .string = value { true } else { false }
        case .string("boolean")?: if case .bool = value { true } else { false }
        case .string("integer")?: if case .integer = value { true } else { false }
        case .string("number")?:
            switch value {
            case .integer, .double: true
            default: false
            }
        default: false
        }
    }
}
