/// Ids of jobs and clients where the caller has no wish.
enum JobID {
    /// 128 random bits, hexadecimal.
    static func random() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        .joined()
    }
}
