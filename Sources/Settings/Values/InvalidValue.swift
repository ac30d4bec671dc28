/// A value that cannot stand. The reason is a sentence's end that says what would be right, and never quotes the value.
struct InvalidValue: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
