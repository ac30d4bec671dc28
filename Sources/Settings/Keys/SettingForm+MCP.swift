extension SettingForm where Value == Set<MCPRight> {
    /// Some of a few words.
    static var rights: Self {
        let words = MCPRight.allCases.map(\.rawValue).joined(separator: ",")
        return Self(
            type: "list",
            limits: words,
            expectation: "some of \(words), with commas between them",
            shown: { rights in MCPRight.allCases.filter(rights.contains).map(\.rawValue).joined(separator: ",") },
            parse: { text in
                let parts = text.split(separator: ",", omittingEmptySubsequences: false)
                let rights = parts.compactMap { part in
                    MCPRight(rawValue: part.filter { $0 != " " }.lowercased())
                }
                return rights.count == parts.count ? Set(rights) : nil
            }
        )
    }
}

extension SettingForm where Value == String? {
    /// As `word`, where there may be none.
    static func optionalWord(_ expectation: String, atMost maximumLength: Int) -> Self {
        optional(SettingKey.word(expectation, atMost: maximumLength))
    }

    /// Of a file.
    static var path: Self {
        optional(.text("the path of a file", atMost: 4_096) { !$0.isNewline && $0 != "\0" })
    }

    private static func optional(_ form: SettingForm<String>) -> Self {
        Self(
            type: form.type,
            limits: form.limits,
            expectation: form.expectation,
            shown: { $0 },
            read: { text throws(InvalidValue) in try form.read(text) }
        )
    }
}
