extension SettingForm where Value == Dollars {
    static func dollars(_ range: ClosedRange<Dollars>) -> Self {
        let limits = "\(range.lowerBound) to \(range.upperBound)"
        return Self(
            type: "dollars",
            limits: limits,
            expectation: "an amount of US dollars from \(limits), such as 5 or 0.02",
            shown: { $0.description },
            parse: { text in Dollars(text: text).flatMap { range.contains($0) ? $0 : nil } }
        )
    }
}

extension SettingForm where Value == Int {
    /// A whole number of percent, with or without its sign.
    static var percent: Self {
        Self(
            type: "percent",
            limits: "0% to 100%",
            expectation: "a whole number of percent from 0% to 100%, such as 80%",
            shown: { "\($0)%" },
            parse: { text in
                Int(text.hasSuffix("%") ? text.dropLast() : text[...]).flatMap { (0...100).contains($0) ? $0 : nil }
            }
        )
    }
}
