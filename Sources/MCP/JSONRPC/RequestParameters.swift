internal import JSON

/// The members of `params` that any method here reads, where they stand in the message. They are valid JSON; of what
/// kind they are is for the method to check.
struct RequestParameters: Sendable {
    enum Name: String, Sendable {
        case meta = "_meta"
        case name, uri, arguments, cursor, ref, argument, protocolVersion, requestId, notifications
    }

    struct Value: Sendable {
        let kind: JSONScanner.Kind
        let bytes: ArraySlice<UInt8>
    }

    /// Whether `params` was left out, is null as some clients write it then, or is an object.
    private(set) var isObject = true
    /// Of a member that stands there twice.
    private(set) var repeated: Name?
    private var values: [Name: Value] = [:]

    init() {}

    init(from scanner: inout JSONScanner) throws(JSONError) {
        guard try !scanner.readNull() else { return }
        guard try scanner.nextKind() == .object else {
            isObject = false
            try scanner.skipValue()
            return
        }
        try scanner.beginObject()
        while let member = try scanner.nextName() {
            guard let name = Self.name(member) else {
                try scanner.skipValue()
                continue
            }
            let value = try scanner.value()
            if values.updateValue(Value(kind: value.kind, bytes: value.bytes), forKey: name) != nil { repeated = name }
        }
    }

    subscript(name: Name) -> Value? { values[name] }

    /// - Throws: where it is there and no string.
    func string(_ name: Name) throws(MCPError) -> String? {
        guard let value = values[name], value.kind != .null else { return nil }
        var scanner = JSONScanner(value.bytes)
        guard value.kind == .string, let string = try? scanner.readString() else {
            throw .invalidParameters("\(name.rawValue) must be a string")
        }
        return string.string
    }

    /// - Throws: where it is not there, or no string.
    func requiredString(_ name: Name) throws(MCPError) -> String {
        guard let text = try string(name) else { throw .invalidParameters("\(name.rawValue) is missing") }
        return text
    }

    /// The identifier of another request.
    func identifier(_ name: Name) -> RequestID? {
        guard let value = values[name] else { return nil }
        var scanner = JSONScanner(value.bytes)
        return (try? RequestID(from: &scanner)) ?? nil
    }

    private static let names: [(text: StaticString, name: Name)] = [
        ("_meta", .meta), ("name", .name), ("arguments", .arguments), ("uri", .uri), ("cursor", .cursor),
        ("ref", .ref), ("argument", .argument), ("protocolVersion", .protocolVersion), ("requestId", .requestId),
        ("notifications", .notifications),
    ]

    private static func name(_ member: JSONString) -> Name? {
        names.first { member == $0.text }?.name
    }
}
