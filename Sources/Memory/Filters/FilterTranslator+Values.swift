import JSON
import JobQueue

extension FilterTranslator {
    /// - Parameter path: of the value, for error messages.
    mutating func writeEquality(
        on target: FilterTarget,
        at path: @autoclosure () -> String,
        to writer: inout JSONWriter
    ) throws(InvalidJob) {
        try conditions.add()
        try readValue(of: target, at: path()).writeCondition(on: target, to: &writer)
    }

    /// The scalar that is next to read.
    mutating func readValue(of target: FilterTarget, at path: @autoclosure () -> String) throws(InvalidJob)
        -> FilterValue
    {
        let found: CollectionField.Found
        let value: FilterValue
        switch try scanner.nextKind() {
        case .string:
            let (text, content) = try scanner.readStringText()
            found = .string(content)
            value = target.comparesByValue ? .comparable(text) : .exact(text)
        case .number:
            let (text, isInteger) = try scanner.readNumber()
            found = isInteger ? .integer : .fraction
            value = isInteger && !target.comparesByValue ? .integer(try integer(text, at: path())) : .comparable(text)
        case .bool:
            found = .bool
            value = .exact(try scanner.skipValue())
        case .null:
            try scanner.skipValue()
            return .null
        case let kind:
            throw scanner.fault(at: path(), "is \(kind.withArticle); write a string, a number, a boolean or null")
        }
        if let fault = target.fault(found) { throw scanner.fault(at: path(), fault) }
        return value
    }

    private func integer(_ text: ArraySlice<UInt8>, at path: @autoclosure () -> String) throws(InvalidJob) -> Int {
        guard let value = Int(String(decoding: text, as: UTF8.self)) else {
            throw scanner.fault(
                at: path(),
                "does not fit the 64 bits of a whole number; give a range of numbers instead"
            )
        }
        return value
    }
}
