/// Sizes as they are written: `1MiB`, `512KiB` or plain bytes.
enum ByteSize {
    private static let units: [(suffix: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    static func parse(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text[number.endIndex...].drop { $0 == " " }.lowercased()
        guard let unit = suffix.isEmpty ? 1 : units.first(where: { $0.suffix.lowercased() == suffix })?.bytes,
            let count = Int(number)
        else { return nil }
        let (bytes, overflows) = count.multipliedReportingOverflow(by: unit)
        return overflows ? nil : bytes
    }

    /// The largest unit that keeps the number whole.
    static func text(_ bytes: Int) -> String {
        let unit = units.first { bytes % $0.bytes == 0 && bytes >= $0.bytes } ?? ("B", 1)
        return unit.bytes == 1 ? "\(bytes)" : "\(bytes / unit.bytes)\(unit.suffix)"
    }
}
