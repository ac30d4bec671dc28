import JSON

extension JSONValue {
    init(_ bytes: [UInt8]) {
        self = (try? JSONValue(parsing: bytes)) ?? .string("no JSON: \(String(decoding: bytes, as: UTF8.self))")
    }

    /// The value at the end of the path, which is separated by dots: `result.tools.0.name`.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: ".").reduce(self) { value, step in
            if case .array(let elements)? = value {
                return Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            }
            return value?[String(step)]
        }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var names: [String] {
        if case .object(let members) = self { members.map(\.name) } else { [] }
    }
}
