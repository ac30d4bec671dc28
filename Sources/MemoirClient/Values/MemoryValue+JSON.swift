internal import JSON

extension MemoryValue {
    /// UTF-8; the members of objects in the order of their names.
    ///
    /// - Throws: `invalidJob` for a number that is not finite, which JSON cannot express.
    public func json() throws(MemoryError) -> [UInt8] {
        do throws(JSONError) {
            return try tree.serialized()
        } catch {
            throw MemoryError(.invalidJob, "a number that is not finite cannot be sent")
        }
    }

    /// - Parameter json: UTF-8.
    /// - Throws: `invalidAnswer` where it is no JSON.
    public init(json: [UInt8]) throws(MemoryError) {
        do throws(JSONError) {
            self.init(try JSONValue(parsing: json))
        } catch {
            throw MemoryError(.invalidAnswer, "is not valid JSON: \(error)")
        }
    }

    init(_ tree: JSONValue) {
        switch tree {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .array(elements.map { MemoryValue($0) })
        case .object(let members):
            self = .object(Dictionary(members.map { ($0.name, MemoryValue($0.value)) }) { $1 })
        }
    }

    private var tree: JSONValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .array(let elements): .array(elements.map(\.tree))
        case .object(let members):
            .object(members.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value.tree) })
        }
    }
}
