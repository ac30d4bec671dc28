/// How the values of a setting are written: reads one from text, writes it back, and says in words what is right.
struct SettingForm<Value: Sendable>: Sendable {
    /// One or two words for the documentation: `duration`, `integer`.
    let type: String
    /// What the documentation adds to the type: `1ms to 1h`. Empty where the type says it all.
    let limits: String
    /// Follows "expected" in an error: `a duration from 1ms to 1h, such as …`.
    let expectation: String
    var isSecret = false
    let read: @Sendable (String) throws(InvalidValue) -> Value
    /// As it may be shown, secrets masked; nil where there is no value.
    let shown: @Sendable (Value) -> String?

    /// A form whose values are checked by whether they can be read at all.
    init(
        type: String,
        limits: String,
        expectation: String,
        shown: @escaping @Sendable (Value) -> String?,
        parse: @escaping @Sendable (String) -> Value?
    ) {
        self.type = type
        self.limits = limits
        self.expectation = expectation
        self.shown = shown
        read = { text throws(InvalidValue) in
            guard let value = parse(text) else { throw InvalidValue("expected \(expectation)") }
            return value
        }
    }

    init(
        type: String,
        limits: String,
        expectation: String,
        isSecret: Bool = false,
        shown: @escaping @Sendable (Value) -> String?,
        read: @escaping @Sendable (String) throws(InvalidValue) -> Value
    ) {
        self.type = type
        self.limits = limits
        self.expectation = expectation
        self.isSecret = isSecret
        self.shown = shown
        self.read = read
    }
}
