import JSON
import JobQueue

/// Turns a caller's filters into a filter of the store, written straight into the output.
///
/// The simple form is an object of payload paths, all of which must hold:
///
/// | value | matches points where the path holds |
/// |---|---|
/// | string, boolean, whole number | that value |
/// | number with a fraction | that number (as a range, for the store compares only whole numbers for equality) |
/// | array of these | one of the values |
/// | `null` | null, explicitly; where it is missing does not count |
/// | `{"gt", "gte", "lt", "lte"}` with numbers or with RFC 3339 strings | a value in that range |
/// | `{"not": value or array}` | whatever the value or array alone would not match, also where the path is missing |
///
/// Where the payload holds an array, one fitting element is enough. A field declared as `number` or `datetime` is
/// compared by value, so that 100 finds 100.0 and noon in Brussels finds eleven o'clock UTC.
///
/// Anything that `QdrantFilterCheck` recognises is the store's own form, and is passed on as it is.
struct FilterTranslator {
    var scanner: JobFieldScanner
    private let collection: CollectionDefinition
    private let limits: FilterLimits
    var conditions: ConditionCount

    init(
        _ filters: ArraySlice<UInt8>,
        collection: CollectionDefinition,
        limits: FilterLimits
    ) throws(InvalidJob) {
        scanner = try JobFieldScanner(
            filters,
            field: "filters",
            maximumBytes: limits.bytes,
            maximumDepth: limits.depth
        )
        self.collection = collection
        self.limits = limits
        conditions = ConditionCount(limit: limits.conditions)
    }

    /// Writes one filter as an item of the array that is open, or nothing where the caller's is empty.
    ///
    /// - Returns: whether the filter names anything to select by.
    mutating func write(to writer: inout JSONWriter) throws(InvalidJob) -> Bool {
        let kind = try scanner.nextKind()
        guard kind == .object else {
            throw scanner.fault("is \(kind.withArticle); write a JSON object such as {\"vendor\": \"SNCB\"}")
        }
        if try QdrantFilterCheck.recognises(scanner) {
            var check = QdrantFilterCheck(scanner, limits: limits)
            let filter = try check.run()
            writer.raw(filter.text)
            return filter.isSelective
        }
        let hasFields = try writeFields(to: &writer)
        try scanner.finish()
        return hasFields
    }

    private mutating func writeFields(to writer: inout JSONWriter) throws(InvalidJob) -> Bool {
        try scanner.beginObject()
        var next = try scanner.nextName()
        guard next != nil else { return false }
        writer.beginObject()
        writer.name("must")
        writer.beginArray()
        while let name = next {
            let path = name.bytes
            if let fault = PayloadPath.fault(path) { throw scanner.fault(at: "\(Excerpt(path))", fault) }
            let target = FilterTarget(
                path: path,
                name: name,
                in: scanner.bytes,
                field: collection.field(named: path),
                collection: collection
            )
            try writeConditions(on: target, to: &writer)
            next = try scanner.nextName()
        }
        writer.endArray()
        writer.endObject()
        return true
    }

    private mutating func writeConditions(
        on target: FilterTarget,
        to writer: inout JSONWriter
    ) throws(InvalidJob) {
        switch try scanner.nextKind() {
        case .array: try writeAnyOf(target, at: target.path, to: &writer)
        case .object: try writeComparison(on: target, to: &writer)
        default: try writeEquality(on: target, at: target.path, to: &writer)
        }
    }

    private mutating func writeComparison(
        on target: FilterTarget,
        to writer: inout JSONWriter
    ) throws(InvalidJob) {
        try scanner.beginObject()
        guard let first = try scanner.nextName() else {
            throw scanner.fault(
                at: target.path,
                "is an empty object; write a range such as {\"gte\": 10} or {\"not\": \"a value\"}"
            )
        }
        if first == "not" {
            try writeNegation(of: target, to: &writer)
        } else {
            try conditions.add()
            let range = try readRange(on: target, first: first)
            writer.beginObject()
            target.writeKey(to: &writer)
            range.write(to: &writer)
            writer.endObject()
        }
    }

    private mutating func writeNegation(of target: FilterTarget, to writer: inout JSONWriter) throws(InvalidJob) {
        writer.beginObject()
        writer.name("must_not")
        writer.beginArray()
        if try scanner.nextKind() == .array {
            try writeAnyOf(target, at: "\(target.path).not", to: &writer)
        } else {
            try writeEquality(on: target, at: "\(target.path).not", to: &writer)
        }
        writer.endArray()
        writer.endObject()
        if try scanner.nextName() != nil {
            throw scanner.fault(at: "\(target.path).not", "stands beside something else; give one or the other")
        }
    }

    private mutating func readRange(
        on target: FilterTarget,
        first: JSONString
    ) throws(InvalidJob) -> FilterRange {
        var range = FilterRange()
        var next: JSONString? = first
        while let name = next {
            guard let bound = FilterRange.Bound(name) else {
                let path = "\(target.path).\(Excerpt(name.bytes))"
                let hint =
                    name == "not"
                    ? "stands beside a range; give one or the other"
                    : "is none of gt, gte, lt, lte and not; a field inside an object is reached with a dot, as in \(path)"
                throw scanner.fault(at: path, hint)
            }
            let (text, isText) = try readBound(on: target, at: "\(target.path).\(bound.name)")
            if let fault = range.set(bound, to: text, isText: isText) {
                throw scanner.fault(at: "\(target.path).\(bound.name)", fault)
            }
            next = try scanner.nextName()
        }
        return range
    }

    private mutating func readBound(
        on target: FilterTarget,
        at path: @autoclosure () -> String
    ) throws(InvalidJob) -> (text: ArraySlice<UInt8>, isText: Bool) {
        switch try scanner.nextKind() {
        case .number:
            if let fault = target.fault(.integer) { throw scanner.fault(at: path(), fault) }
            return (try scanner.readNumber().text, false)
        case .string:
            let (text, content) = try scanner.readStringText()
            if let fault = target.fault(.string(content)) ?? RFC3339.fault(content) {
                throw scanner.fault(at: path(), fault)
            }
            return (text, true)
        case let kind:
            throw scanner.fault(at: path(), "is \(kind.withArticle); write a number or an RFC 3339 date or time")
        }
    }

    /// One of the array's values. Only strings among themselves and whole numbers among themselves fit the store's
    /// own condition for it.
    private mutating func writeAnyOf(
        _ target: FilterTarget,
        at path: @autoclosure () -> String,
        to writer: inout JSONWriter
    ) throws(InvalidJob) {
        let isUniform = try isUniform(target, at: path())
        writer.beginObject()
        if isUniform {
            try conditions.add()
            target.writeKey(to: &writer)
            writer.name("match")
            writer.beginObject()
            writer.name("any")
        } else {
            writer.name("should")
        }
        writer.beginArray()
        try scanner.beginArray()
        var index = 0
        while try scanner.nextElement() {
            if isUniform {
                try readValue(of: target, at: "\(path())[\(index)]").write(to: &writer)
            } else {
                try writeEquality(on: target, at: "\(path())[\(index)]", to: &writer)
            }
            index += 1
        }
        writer.endArray()
        if isUniform { writer.endObject() }
        writer.endObject()
    }

    /// Looks through an array without reading it: whether all its values can stand in one `match`.
    private func isUniform(_ target: FilterTarget, at path: @autoclosure () -> String) throws(InvalidJob) -> Bool {
        var lookahead = scanner
        var hasTexts = false
        var hasIntegers = false
        var isUniform = true
        try lookahead.beginArray()
        while try lookahead.nextElement() {
            switch try lookahead.nextKind() {
            case .string:
                hasTexts = true
                try lookahead.skipValue()
            case .number:
                if try lookahead.readNumber().isInteger { hasIntegers = true } else { isUniform = false }
            default:
                isUniform = false
                try lookahead.skipValue()
            }
        }
        guard hasTexts || hasIntegers || !isUniform else {
            throw scanner.fault(at: path(), "is empty; name at least one value")
        }
        return isUniform && hasTexts != hasIntegers && !target.comparesByValue
    }
}
