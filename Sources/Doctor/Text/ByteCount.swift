/// A number of bytes for people.
enum ByteCount {
    /// `512 bytes`, `1.5 MiB`: one decimal, rounded down.
    static func text(_ bytes: Int) -> String {
        guard bytes >= 1_024 else { return "\(bytes) bytes" }
        var amount = Double(bytes) / 1_024
        var unit = "KiB"
        for larger in ["MiB", "GiB", "TiB"] where amount >= 1_024 {
            amount /= 1_024
            unit = larger
        }
        let tenths = Int(amount * 10)
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}
