/// A JSON value: of metadata, filters, payloads and statistics. Write it as literals:
///
///     let metadata: [String: MemoryValue] = ["vendor_name": "SNCB", "amount": 22.7, "matched": false, "tags": ["rail"]]
///
/// It is `Codable`, so that types of your own come from and go to it through any encoder.
public enum MemoryValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    /// Also a whole number that does not fit an `Int`. One that is not finite cannot be sent.
    case double(Double)
    case string(String)
    case array([MemoryValue])
    case object([String: MemoryValue])

    /// The member of that name; nil where there is none, or no object.
    public subscript(name: String) -> MemoryValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The text; nil for what is none.
    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// nil for what is no boolean.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// nil for what is no whole number.
    public var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// A number of either kind; nil for what is none.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// nil for what is no array.
    public var array: [MemoryValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// nil for what is no object.
    public var object: [String: MemoryValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}
