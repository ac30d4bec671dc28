extension Settings {
    /// Fewer characters than this are no secret worth the name, and occur by chance.
    private static let minimumLength = 4

    /// Every text that must not be written anywhere: the secrets in force, what is secret within them, and how they are
    /// written in a URL.
    package var secretTexts: [String] {
        var texts: Set<String> = []
        for secret in Self.secrets(in: self) {
            for text in [secret] + Self.passwords(in: secret) {
                texts.formUnion([text, PercentEncoding.encode(text)])
            }
        }
        return texts.filter { $0.count >= Self.minimumLength }.sorted()
    }

    /// Looked for in all values, so that a secret which is added is not forgotten here.
    private static func secrets(in value: Any) -> [String] {
        if let secret = value as? Secret { return [secret.value] }
        return Mirror(reflecting: value).children.flatMap { secrets(in: $0.value) }
    }

    /// Of a connection string: `postgresql://user:password@host`, `host=… password=…`, `…?password=…`.
    private static func passwords(in text: String) -> [String] {
        var passwords: [String] = []
        if let password = (try? ServiceURL(text))?.password { passwords.append(password.value) }
        guard text.contains("=") else { return passwords }
        for part in text.split(whereSeparator: { " ?&".contains($0) }) where part.hasPrefix("password=") {
            let value = part.dropFirst("password=".count)
            let isQuoted = value.count > 1 && value.first == "'" && value.last == "'"
            passwords.append(String(isQuoted ? value.dropFirst().dropLast() : value))
        }
        return passwords
    }
}
