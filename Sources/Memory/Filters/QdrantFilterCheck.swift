import JSON
import JobQueue

/// A caller's filter that is written in the store's own form: recognised, and checked as far as it has to be.
///
/// It is one when every top-level key is a clause (`must`, `should`, `must_not`, `min_should`) and each value has the
/// shape of conditions: an array of objects, or an object with one of the members that make a condition. A payload
/// field that happens to have such a name stays reachable in the simple form, whose values (scalars, arrays of
/// scalars, ranges) never have that shape.
struct QdrantFilterCheck {
    private static let clauses: [StaticString] = ["must", "should", "must_not", "min_should"]
    private static let conditionMembers: [StaticString] = [
        "key", "has_id", "has_vector", "is_empty", "is_null", "nested", "filter", "conditions",
        "must", "should", "must_not", "min_should",
    ]

    private var scanner: JobFieldScanner
    private var conditions: ConditionCount
    private var isSelective = false

    init(_ scanner: JobFieldScanner, limits: FilterLimits) {
        self.scanner = scanner
        conditions = ConditionCount(limit: limits.conditions)
    }

    /// Whether this is a filter of the store, told by its top level.
    ///
    /// - Throws: where it mixes clauses with plain fields, each of which would be misread in the other's form.
    static func recognises(_ filters: JobFieldScanner) throws(InvalidJob) -> Bool {
        var scanner = filters
        var clause: JSONString?
        var hasFields = false
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            if clauses.contains(where: { name == $0 }), try hasShapeOfConditions(scanner) {
                clause = name
            } else {
                hasFields = true
            }
            try scanner.skipValue()
        }
        if let clause, hasFields {
            throw filters.fault(
                at: clause.string,
                "is a clause of a Qdrant filter beside plain fields; write all of the filter in one form"
            )
        }
        return clause != nil
    }

    private static func hasShapeOfConditions(_ value: JobFieldScanner) throws(InvalidJob) -> Bool {
        var scanner = value
        switch try scanner.nextKind() {
        case .array:
            try scanner.beginArray()
            while try scanner.nextElement() {
                guard try scanner.nextKind() == .object else { return false }
                try scanner.skipValue()
            }
            return true
        case .object:
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                if conditionMembers.contains(where: { name == $0 }) { return true }
                try scanner.skipValue()
            }
            return false
        default: return false
        }
    }

    /// Reads all of the filter: every path in it may be filtered on, and its conditions are not too many. What else a
    /// condition needs is for the store to say; it cannot reach around the tenant's condition beside it.
    ///
    /// - Returns: the filter's text, to be spliced in, and whether it names anything to select by.
    mutating func run() throws(InvalidJob) -> (text: ArraySlice<UInt8>, isSelective: Bool) {
        let start = scanner.position
        try checkMembers()
        let end = scanner.position
        try scanner.finish()
        return (scanner.bytes[start..<end], isSelective)
    }

    private mutating func checkMembers() throws(InvalidJob) {
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            let kind = try scanner.nextKind()
            if name == "key", kind == .string {
                let path = try scanner.readString().bytes
                if let fault = PayloadPath.fault(path) { throw scanner.fault(at: "\(Excerpt(path))", fault) }
                isSelective = true
            } else {
                if name == "has_id" || name == "has_vector" { isSelective = true }
                let holdsConditions = name == "conditions" || Self.clauses.contains { name == $0 }
                try checkValue(kind, holdsConditions: holdsConditions)
            }
        }
    }

    private mutating func checkValue(_ kind: JSONScanner.Kind, holdsConditions: Bool) throws(InvalidJob) {
        switch kind {
        case .object:
            if holdsConditions { try conditions.add() }
            try checkMembers()
        case .array:
            try scanner.beginArray()
            while try scanner.nextElement() {
                if holdsConditions { try conditions.add() }
                try checkValue(try scanner.nextKind(), holdsConditions: false)
            }
        default: try scanner.skipValue()
        }
    }
}
