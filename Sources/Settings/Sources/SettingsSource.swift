import Configuration

/// One place that settings come from: a provider of swift-configuration, and what the errors and `memoir config` need
/// to know beside it.
struct SettingsSource: Sendable {
    let provider: any ConfigProvider
    /// How a key is spelled there, the strongest spelling first.
    let spellings: @Sendable (SettingKey) -> [AbsoluteConfigKey]
    /// Where the value stands, by the key as the provider encodes it.
    let origin: @Sendable (String) -> SettingsOrigin
    /// Unknown keys and values that are none, found while the source was read.
    var problems: [SettingsProblem] = []

    func value(of key: SettingKey) -> (text: String, origin: SettingsOrigin)? {
        for spelling in spellings(key) {
            guard let found = try? provider.value(forKey: spelling, type: .string),
                case .string(let text)? = found.value?.content
            else { continue }
            return (text, origin(found.encodedKey))
        }
        return nil
    }
}

extension SettingKey {
    /// The key as swift-configuration takes it.
    var path: AbsoluteConfigKey { AbsoluteConfigKey(name.split(separator: ".").map(String.init)) }
}
