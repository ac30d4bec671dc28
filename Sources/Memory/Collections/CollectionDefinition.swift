/// What one collection holds, as the configuration declares it.
///
/// Fields that are not declared may be stored and filtered all the same: a declaration adds a check of the type and,
/// where `index` is set, a payload index.
package struct CollectionDefinition: Sendable {
    /// How the store compares vectors.
    package enum Distance: String, Sendable, CaseIterable {
        case cosine, dot, euclid, manhattan
    }

    /// Fields of one collection.
    package static let maximumFields = 256
    /// Bytes of a collection's name; the store uses it as the name of a folder.
    package static let maximumNameLength = 255

    package let name: String
    package let description: String
    package let distance: Distance
    package let fields: [CollectionField]

    private let fieldsByName: NameTable<CollectionField>

    package init(
        name: String,
        description: String = "",
        distance: Distance = .cosine,
        fields: [CollectionField] = []
    ) throws(InvalidCollection) {
        guard !name.isEmpty, name.utf8.count <= Self.maximumNameLength, name.utf8.allSatisfy(Self.isNameByte) else {
            throw InvalidCollection(
                name,
                "a name is 1 to \(Self.maximumNameLength) letters, digits, underscores, hyphens and dots"
            )
        }
        guard fields.count <= Self.maximumFields else {
            throw InvalidCollection(name, "declares \(fields.count) fields; at most \(Self.maximumFields) are allowed")
        }
        for field in fields {
            if let fault = field.fault { throw InvalidCollection(name, "field \(field.name): \(fault)") }
        }
        let table = NameTable(fields.map { (name: $0.name, value: $0) })
        if let duplicate = table.duplicate { throw InvalidCollection(name, "declares the field \(duplicate) twice") }
        self.name = name
        self.description = description
        self.distance = distance
        self.fields = fields
        fieldsByName = table
    }

    /// The declaration of a top-level field, or of a path such as `vendor.name`, by its UTF-8 bytes.
    package func field(named name: ArraySlice<UInt8>) -> CollectionField? { fieldsByName[name] }

    /// What is safe in a path of the REST interface and in a file name on every system.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
