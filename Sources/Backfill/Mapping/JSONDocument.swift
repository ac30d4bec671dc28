import JSON
import Memory

/// Checks JSON that the database holds: PostgreSQL takes numbers, depths and lone surrogates that others do not.
struct JSONDocument: Sendable {
    /// A copy, since the scanner reads from arrays.
    private var bytes: [UInt8] = []

    /// - Parameters:
    ///   - kind: what the value must be; nil takes any.
    ///   - maximumDepth: of objects and arrays in it.
    /// - Returns: what the value is.
    @discardableResult
    mutating func check(
        _ text: UnsafeRawBufferPointer,
        _ kind: CollectionField.Kind?,
        maximumDepth: Int
    ) throws(ValueFault) -> JSONScanner.Kind {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: text)
        var walk = Walk(JSONScanner(bytes), maximumDepth: maximumDepth)
        let found = try walk.scan { scanner throws(JSONError) in try scanner.nextKind() }
        if let kind, found != .null { try walk.check(found, kind) }
        try walk.skip(depth: 0)
        try walk.scan { scanner throws(JSONError) in try scanner.finish() }
        return found
    }
}

/// One way through a document.
private struct Walk {
    private var scanner: JSONScanner
    private let maximumDepth: Int

    init(_ scanner: JSONScanner, maximumDepth: Int) {
        self.scanner = scanner
        self.maximumDepth = min(maximumDepth, JSONScanner.maximumDepth)
    }

    /// Reads a value with all that is in it. Recursive, to the depth that is allowed.
    mutating func skip(depth: Int) throws(ValueFault) {
        let kind = try scan { scanner throws(JSONError) in try scanner.nextKind() }
        switch kind {
        case .string, .bool, .null: try scan { scanner throws(JSONError) in _ = try scanner.skipValue() }
        // A number that a double can hold.
        case .number: try scan { scanner throws(JSONError) in _ = try scanner.readDouble() }
        case .object:
            guard depth < maximumDepth else { throw .deepJSON }
            try scan { scanner throws(JSONError) in try scanner.beginObject() }
            while try scan({ scanner throws(JSONError) in try scanner.nextName() != nil }) {
                try skip(depth: depth + 1)
            }
        case .array:
            guard depth < maximumDepth else { throw .deepJSON }
            try scan { scanner throws(JSONError) in try scanner.beginArray() }
            while try scan({ scanner throws(JSONError) in try scanner.nextElement() }) {
                try skip(depth: depth + 1)
            }
        }
    }

    /// The value that is next to read, against the type of a field.
    func check(_ found: JSONScanner.Kind, _ kind: CollectionField.Kind) throws(ValueFault) {
        var ahead = self
        switch (kind, found) {
        case (.string, .string), (.number, .number), (.boolean, .bool), (.object, .object), (.array, .array): return
        case (.integer, .number):
            let range = try ahead.scan { scanner throws(JSONError) in try scanner.readNumber() }
            // As the worker tells whole numbers from others.
            let isWhole = scanner.bytes[range].allSatisfy { $0 <= UInt8(ascii: "9") && $0 != UInt8(ascii: ".") }
            guard isWhole else { throw .notWhole }
        case (.datetime, .string):
            let text = try ahead.scan { scanner throws(JSONError) in try scanner.readString() }
            guard RFC3339.isDateOrTime(text.bytes) else { throw .noDateTime }
        default: throw .wrongKind(found.name, wanted: kind.rawValue)
        }
    }

    @discardableResult
    mutating func scan<Value>(
        _ body: (inout JSONScanner) throws(JSONError) -> Value
    ) throws(ValueFault) -> Value {
        do {
            return try body(&scanner)
        } catch {
            throw .invalidJSON("\(error)")
        }
    }
}

extension JSONScanner.Kind {
    fileprivate var name: StaticString {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "a boolean"
        case .null: "null"
        }
    }
}
