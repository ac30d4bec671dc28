/// The settings in force and where they come from.
package struct LoadedSettings: Sendable {
    package internal(set) var settings = Settings()
    /// Nil where no file was found, and none was asked for.
    package internal(set) var configurationFile: String?
    package internal(set) var collectionsFile: String?
    /// By key; a key at its default has none.
    var origins: [String: SettingsOrigin] = [:]

    package init() {}

    /// Where the value of a key comes from. A URL put together from a host or a port comes from these.
    package func origin(of key: SettingKey) -> SettingsOrigin {
        if let origin = origins[key.name] { return origin }
        guard key.field == "url" else { return .builtIn }
        return origins["\(key.section).host"] ?? origins["\(key.section).port"] ?? .builtIn
    }

    /// Whether some source gave a value of its own for the key that is in force.
    package func isSet(_ key: SettingKey) -> Bool { origins[key.name] != nil }
}
