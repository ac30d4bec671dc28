extension MemoryValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    /// `nil` is null.
    public init(nilLiteral: ()) { self = .null }
    /// `true` and `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `7`
    public init(integerLiteral value: Int) { self = .integer(value) }
}

extension MemoryValue: ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// `22.7`
    public init(floatLiteral value: Double) { self = .double(value) }
    /// `"SNCB"`
    public init(stringLiteral value: String) { self = .string(value) }
}

extension MemoryValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// `[1, "x"]`
    public init(arrayLiteral elements: MemoryValue...) { self = .array(elements) }

    /// Of names that occur twice, the last one counts.
    public init(dictionaryLiteral members: (String, MemoryValue)...) {
        self = .object(Dictionary(members) { $1 })
    }
}
