extension SettingForm where Value == ServiceURL? {
    /// As `httpURL`, where there may be none.
    static var optionalHTTPURL: Self {
        let form = SettingForm<ServiceURL>.httpURL(credentials: "tracing.headers")
        return Self(
            type: form.type,
            limits: form.limits,
            expectation: form.expectation,
            shown: { $0?.description },
            read: { text throws(InvalidValue) in try form.read(text) }
        )
    }
}

extension SettingForm where Value == [SecretHeader] {
    static var headers: Self {
        let expectation = "name=value,name=value, values percent-encoded"
        return Self(
            type: "secret",
            limits: expectation,
            expectation: expectation,
            isSecret: true,
            shown: { $0.isEmpty ? nil : $0.map { "\($0.name)=***" }.joined(separator: ",") },
            read: { text throws(InvalidValue) in
                guard let headers = SecretHeader.list(parsing: text) else {
                    throw InvalidValue("expected \(expectation)")
                }
                return headers
            }
        )
    }
}

extension SettingForm where Value == Double {
    static func number(_ range: ClosedRange<Double>) -> Self {
        let limits = "\(text(range.lowerBound)) to \(text(range.upperBound))"
        return Self(
            type: "number",
            limits: limits,
            expectation: "a number from \(limits), such as 0.1",
            shown: { text($0) },
            parse: { Double($0).flatMap { range.contains($0) ? $0 : nil } }
        )
    }

    private static func text(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
