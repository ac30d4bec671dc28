extension SettingForm where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        let limits = "\(range.lowerBound) to \(range.upperBound)"
        return Self(
            type: "integer",
            limits: limits,
            expectation: "a whole number from \(limits)",
            shown: { "\($0)" },
            parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
        )
    }

    static func bytes(_ range: ClosedRange<Int>) -> Self {
        let limits = "\(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound))"
        return Self(
            type: "size",
            limits: limits,
            expectation: "a size from \(limits), such as 512KiB, 1MiB or plain bytes",
            shown: { ByteSize.text($0) },
            parse: { text in ByteSize.parse(text).flatMap { range.contains($0) ? $0 : nil } }
        )
    }
}

extension SettingForm where Value == Duration {
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        let limits = "\(range.lowerBound.text) to \(range.upperBound.text)"
        return Self(
            type: "duration",
            limits: limits,
            expectation: "a duration from \(limits), such as 200ms, 5s, 2m, 1h or plain seconds",
            shown: { $0.text },
            parse: { text in Duration(text: text).flatMap { range.contains($0) ? $0 : nil } }
        )
    }
}

extension SettingForm where Value == Bool {
    static var flag: Self {
        let words = [
            "true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false,
        ]
        return Self(
            type: "true or false",
            limits: "",
            expectation: "true or false (also yes, no, on, off, 1, 0)",
            shown: { "\($0)" },
            parse: { words[$0.lowercased()] }
        )
    }
}

extension SettingForm where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of a few words, in any letter case.
    static var choice: Self {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Self(
            type: "choice",
            limits: words,
            expectation: "one of \(words)",
            shown: { $0.rawValue },
            parse: { Value(rawValue: $0.lowercased()) }
        )
    }
}

extension SettingForm where Value == String {
    /// - Parameter expectation: Says what the characters may be.
    static func text(
        _ expectation: String,
        atMost maximumLength: Int,
        where isAllowed: @escaping @Sendable (Character) -> Bool
    ) -> Self {
        let limits = "\(expectation), at most \(maximumLength) characters"
        return Self(
            type: "text",
            limits: limits,
            expectation: limits,
            shown: { $0 },
            parse: { $0.count <= maximumLength && !$0.isEmpty && $0.allSatisfy(isAllowed) ? $0 : nil }
        )
    }
}
