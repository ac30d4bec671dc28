/// A value given on the command line.
package struct SettingAssignment: Sendable, Equatable {
    package let key: String
    package let value: String
    /// The flag as it is written, without its value: `--set redis.url`, `--log-level`.
    package let flag: String

    package init(key: String, value: String, flag: String) {
        self.key = key
        self.value = value
        self.flag = flag
    }

    /// Reads `key=value`; nil where there is no `=`.
    package init?(set text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let key = String(text[..<equals])
        self.init(key: key, value: String(text[text.index(after: equals)...]), flag: "--set \(key)")
    }
}
