import JSON

/// A scalar of the simple form.
enum FilterValue {
    /// A string or a boolean, JSON.
    case exact(ArraySlice<UInt8>)
    /// A whole number to be matched exactly.
    case integer(Int)
    /// A number, or a date and time, JSON, to be compared by value.
    case comparable(ArraySlice<UInt8>)
    case null

    /// The condition that the target holds this value.
    func writeCondition(on target: FilterTarget, to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .null:
            writer.name("is_null")
            writer.beginObject()
            target.writeKey(to: &writer)
            writer.endObject()
        case .comparable(let text):
            target.writeKey(to: &writer)
            FilterRange(equalTo: text).write(to: &writer)
        case .exact, .integer:
            target.writeKey(to: &writer)
            writer.name("match")
            writer.beginObject()
            writer.name("value")
            write(to: &writer)
            writer.endObject()
        }
        writer.endObject()
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .exact(let text), .comparable(let text): writer.raw(text)
        case .integer(let value): writer.integer(value)
        case .null: writer.null()
        }
    }
}
