/// Names and addresses that lead to this machine, wherever they are looked up: a foreign DNS server cannot make them mean
/// another one, and no other name may be trusted to mean this one.
enum LoopbackName {
    static func contains(_ name: some StringProtocol) -> Bool {
        let name = name.lowercased()
        if name == "localhost" || name == "::1" || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
