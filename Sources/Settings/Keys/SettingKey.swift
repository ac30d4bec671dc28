/// One row of the table from which reading, checking, `memoir config` and the documentation follow.
package struct SettingKey: Sendable {
    /// The path in `memoir.yaml` and in `--set`: `redis.commandTimeout`.
    package let name: String
    /// For the documentation: what it is for, a sentence's worth, with its unit.
    package let summary: String
    /// The names of the environment, the strongest first: `MEMOIR_REDIS_URL`, `REDIS_URL`.
    package let environmentNames: [String]
    package let type: String
    /// What a value may be, in addition to its type; may be empty.
    package let limits: String
    /// What is right, in the words of an error.
    package let expectation: String
    package let isSecret: Bool
    /// Nil where the default is no value.
    package let defaultText: String?
    /// A part of what another key gives as a whole, such as the host of a URL: listed only where it is set.
    package let isPart: Bool

    /// Reads a value into the settings.
    ///
    /// - Returns: The names of keys whose earlier values it takes out of force.
    let apply: @Sendable (String, inout Settings) throws(InvalidValue) -> [String]
    /// The value in force as it may be shown, secrets masked.
    let shown: @Sendable (Settings) -> String?

    package var section: String { String(name.prefix { $0 != "." }) }
    /// The name without its section.
    package var field: String { String(name.drop { $0 != "." }.dropFirst()) }

    /// A row whose value is stored somewhere in `Settings`.
    init<Value: Sendable>(
        _ name: String,
        _ path: any WritableKeyPath<Settings, Value> & Sendable,
        _ form: SettingForm<Value>,
        environment: String? = nil,
        default defaultText: String? = nil,
        _ summary: String
    ) {
        self.init(
            name,
            form,
            environment: environment,
            default: defaultText ?? form.shown(Settings()[keyPath: path]),
            summary,
            shown: { form.shown($0[keyPath: path]) },
            apply: { value, settings in
                settings[keyPath: path] = value
                return []
            }
        )
    }

    /// A row whose value is put together from several keys.
    init<Value: Sendable>(
        _ name: String,
        _ form: SettingForm<Value>,
        environment: String?,
        default defaultText: String?,
        isPart: Bool = false,
        _ summary: String,
        shown: @escaping @Sendable (Settings) -> String?,
        apply: @escaping @Sendable (Value, inout Settings) -> [String]
    ) {
        self.name = name
        self.summary = summary
        environmentNames = [EnvironmentName.of(key: name)] + (environment.map { [$0] } ?? [])
        type = form.type
        limits = form.limits
        expectation = form.expectation
        isSecret = form.isSecret
        self.defaultText = defaultText
        self.isPart = isPart
        self.shown = shown
        self.apply = { text, settings throws(InvalidValue) in apply(try form.read(text), &settings) }
    }

    /// A value of this key that has not been accepted, as an error may quote it.
    func masked(_ text: String) -> String {
        if isSecret { return Secret(text).description }
        return type == "URL" ? ServiceURL.masked(text) : text
    }
}
