package import VectorStore

extension PointID {
    /// Digits before each hyphen and after the last: RFC 9562, section 4.
    private static let groups = [8, 4, 4, 4, 12]
    private static let textLength = 36

    /// Hyphenated, in either case (`F81D4FAE-7dec-…`); nil for anything else.
    package init?(text: ArraySlice<UInt8>) {
        guard text.count == Self.textLength else { return nil }
        var rest = text
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, digits) in Self.groups.enumerated() {
            if index > 0, rest.removeFirst() != UInt8(ascii: "-") { return nil }
            for _ in 0..<digits {
                guard let value = Hexadecimal.value(rest.removeFirst()) else { return nil }
                high = high << 4 | low >> 60
                low = low << 4 | value
            }
        }
        self.init(high: high, low: low)
    }

    /// Hyphenated, lower case.
    package func appendText(to output: inout [UInt8]) {
        Hexadecimal.append(high >> 32, digits: 8, to: &output)
        output.append(UInt8(ascii: "-"))
        Hexadecimal.append(high >> 16, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        Hexadecimal.append(high, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        Hexadecimal.append(low >> 48, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        Hexadecimal.append(low, digits: 12, to: &output)
    }

    package var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.textLength)
        appendText(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
