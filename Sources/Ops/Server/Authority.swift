/// `host[:port]`, as the header field `Host` and an origin have it.
struct Authority: Equatable {
    /// In lower case, an IPv6 address with its brackets.
    let host: String
    /// nil where none is given.
    let port: Int?

    /// nil for what is no authority.
    init?(_ text: some StringProtocol) {
        var host = Substring(text.lowercased())
        var port: Int?
        // Behind the last bracket there is at most a port: the colons before it are the address's.
        let bracket = host.lastIndex(of: "]") ?? host.startIndex
        if let colon = host[bracket...].lastIndex(of: ":") {
            let digits = host[host.index(after: colon)...]
            guard let number = Int(digits), (0...65_535).contains(number), digits.allSatisfy(\.isNumber) else {
                return nil
            }
            port = number
            host = host[..<colon]
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || "-._:[]".contains($0) }) else {
            return nil
        }
        self.host = String(host)
        self.port = port
    }
}
