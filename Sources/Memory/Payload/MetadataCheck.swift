import JSON
import JobQueue

/// One walk over a job's metadata: what is in it may be stored beside our own keys, and fits the declared fields.
///
/// Names that come twice are refused at the top level, where one could hide from the check behind the other; deeper
/// down they are the store's to resolve.
struct MetadataCheck {
    private var scanner: JobFieldScanner
    private let collection: CollectionDefinition
    private let limits: MetadataLimits
    private var names = DistinctNames()

    init(
        _ json: ArraySlice<UInt8>,
        collection: CollectionDefinition,
        limits: MetadataLimits
    ) throws(InvalidJob) {
        scanner = try JobFieldScanner(
            json,
            field: "metadata",
            maximumBytes: limits.bytes,
            maximumDepth: limits.depth
        )
        self.collection = collection
        self.limits = limits
    }

    /// The text between the object's braces, and the number of members in it.
    mutating func run() throws(InvalidJob) -> (members: ArraySlice<UInt8>, count: Int) {
        let kind = try scanner.nextKind()
        guard kind == .object else {
            throw scanner.fault("is \(kind.withArticle); write a JSON object such as {\"vendor\": \"SNCB\"}")
        }
        try scanner.beginObject()
        let start = scanner.position
        while let name = try scanner.nextName() {
            try check(name.bytes)
        }
        let end = scanner.position - 1
        try scanner.finish()
        return names.count == 0 ? ([], 0) : (scanner.bytes[start..<end], names.count)
    }

    /// One member, whose value is next to read.
    private mutating func check(_ name: ArraySlice<UInt8>) throws(InvalidJob) {
        if name.isEmpty { throw scanner.fault("has an empty key; give every key a name") }
        if let reserved = ReservedKey(name) {
            throw scanner.fault(at: reserved.rawValue, "is a key of the store's own; choose another name")
        }
        guard names.insert(name) else {
            throw scanner.fault(at: "\(Excerpt(name))", "comes twice; keep one")
        }
        guard names.count <= limits.keys else {
            throw scanner.fault("has more than \(limits.keys) keys; put some into a nested object")
        }
        guard let field = collection.field(named: name) else {
            try scanner.skipValue()
            return
        }
        if let fault = field.fault(try found(), in: collection) {
            throw scanner.fault(at: "\(Excerpt(name))", fault)
        }
    }

    /// Reads the next value, and tells what it was.
    private mutating func found() throws(InvalidJob) -> CollectionField.Found {
        switch try scanner.nextKind() {
        case .string: return .string(try scanner.readString().bytes)
        case .number: return try scanner.readNumber().isInteger ? .integer : .fraction
        case .bool:
            try scanner.skipValue()
            return .bool
        case .null:
            try scanner.skipValue()
            return .null
        case .object:
            try scanner.skipValue()
            return .object
        case .array:
            try scanner.skipValue()
            return .array
        }
    }
}
