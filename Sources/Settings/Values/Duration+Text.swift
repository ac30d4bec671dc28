extension Duration {
    /// Units as they are written, the largest first.
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Reads `5s`, `200ms`, `2m`, `1.5h` or plain seconds, to the millisecond. Nil for anything else.
    package init?(text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = text[number.endIndex...].drop { $0 == " " }
        guard let unit = suffix.isEmpty ? 1000 : Self.units.first(where: { $0.suffix == suffix })?.milliseconds,
            let value = Double(number), value * Double(unit) < 1e15
        else { return nil }
        self = .milliseconds(Int64((value * Double(unit)).rounded()))
    }

    /// The shortest whole form: `24h`, `90s`, `200ms`.
    package var text: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "0s" }
        let unit = Self.units.first { milliseconds % $0.milliseconds == 0 } ?? ("ms", 1)
        return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
    }
}
