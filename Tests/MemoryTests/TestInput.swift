import Memory

extension String {
    /// The text as a job's field holds it.
    var field: ArraySlice<UInt8> { ArraySlice(utf8) }

    init(_ bytes: some Collection<UInt8>) {
        self.init(decoding: bytes, as: UTF8.self)
    }
}

extension CollectionDefinition {
    /// One field of every kind.
    static func invoices() throws -> CollectionDefinition {
        try CollectionDefinition(
            name: "invoices",
            fields: [
                CollectionField(name: "vendor", kind: .string, index: .keyword),
                CollectionField(name: "pages", kind: .integer, index: .integer),
                CollectionField(name: "amount", kind: .number, index: .float),
                CollectionField(name: "paid", kind: .boolean, index: .bool),
                CollectionField(name: "issued", kind: .datetime, index: .datetime),
                CollectionField(name: "address", kind: .object),
                CollectionField(name: "tags", kind: .array, index: .keyword),
                CollectionField(name: "address.city", kind: .string, index: .keyword),
            ]
        )
    }
}
