/// Why a value cannot be written as the field wants it, to be read after "column x ".
struct ValueFault: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    /// Nothing that the database writes; a type of another name, or a setting of the session.
    static func malformed(_ kind: StaticString) -> ValueFault {
        ValueFault("does not read as \(kind)")
    }
    static let notFinite = ValueFault(
        "is NaN or infinite, which JSON cannot hold; make it null in a query, as with nullif(x, 'NaN')"
    )
    static let beyondDouble = ValueFault(
        "is beyond the range of a double, which is all that JSON readers hold; cast it to text in a query"
    )
    static let notWhole = ValueFault(
        "is no whole number, and the field is an integer; round it in a query, or make the field a number"
    )
    static let beyondInteger = ValueFault(
        "is beyond 64 bits, and the field is an integer; make the field a number or a string"
    )
    static let infiniteTime = ValueFault(
        "is infinite, which no RFC 3339 time can say; make it null in a query, as with nullif(x, 'infinity')"
    )
    static let yearOutOfRange = ValueFault(
        "lies before the year 1 or after 9999, which no RFC 3339 time can say; make it null or text in a query"
    )
    static let noDateTime = ValueFault(
        "is text that is no RFC 3339 date or time; cast it to timestamptz in a query"
    )
    static let deepArray = ValueFault("is an array of more than \(ArrayTextReader.maximumDepth) dimensions")
    static let deepJSON = ValueFault(
        "is nested too deep for metadata; take out of it what is needed in a query"
    )

    static func invalidJSON(_ reason: String) -> ValueFault {
        ValueFault("is no JSON that can be stored: \(reason); mend it or make it null in a query")
    }

    static func wrongKind(_ found: StaticString, wanted: String) -> ValueFault {
        ValueFault("holds \(found) in its JSON, and the field is of type \(wanted); pick the right part in a query")
    }
}
