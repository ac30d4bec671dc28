extension PointID {
    private static let hexadecimal = Array("0123456789abcdef".utf8)
    /// Bytes behind which a hyphen stands (RFC 9562, section 4).
    private static let hyphens: Set<Int> = [3, 5, 7, 9]

    /// The UUID in quotes, lower case.
    var json: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(38)
        text.append(UInt8(ascii: "\""))
        for index in 0..<16 {
            let half = index < 8 ? high : low
            let byte = Int(truncatingIfNeeded: half >> UInt64(8 * (7 - index % 8))) & 0xFF
            text.append(Self.hexadecimal[byte >> 4])
            text.append(Self.hexadecimal[byte & 0xF])
            if Self.hyphens.contains(index) { text.append(UInt8(ascii: "-")) }
        }
        text.append(UInt8(ascii: "\""))
        return text
    }
}
