extension ServiceURL {
    /// - Throws: `InvalidValue`, whose reason names the part that is wrong.
    init(_ text: String) throws(InvalidValue) {
        guard let separator = text.firstRange(of: "://"), separator.lowerBound > text.startIndex else {
            throw InvalidValue("expected a URL such as scheme://host:port")
        }
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw InvalidValue("a URL holds no spaces and no control characters")
        }
        self.init(scheme: text[..<separator.lowerBound].lowercased())
        let rest = text[separator.upperBound...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let pathEnd = rest[authorityEnd...].firstIndex(of: "?") ?? rest.endIndex
        try read(authority: rest[..<authorityEnd])
        path = String(rest[authorityEnd..<pathEnd])
        while path.hasSuffix("/") { path.removeLast() }
        query = rest[pathEnd...].dropFirst().split(separator: "&").map { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Parameter(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
    }

    private mutating func read(authority: Substring) throws(InvalidValue) {
        var address = authority
        if let at = authority.lastIndex(of: "@") {
            try read(userInformation: authority[..<at])
            address = authority[authority.index(after: at)...]
        }
        var portText: Substring?
        if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
            host = String(address[address.index(after: address.startIndex)..<end])
            let tail = address[address.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else {
                throw InvalidValue("after the brackets of an IPv6 address only a port may follow, as in [::1]:6379")
            }
            portText = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = address.firstIndex(of: ":") {
            host = String(address[..<colon])
            portText = address[address.index(after: colon)...]
        } else {
            host = String(address)
        }
        guard let portText else { return }
        guard let number = Int(portText), (1...65_535).contains(number) else {
            throw InvalidValue(
                "the port is a number from 1 to 65535; a password with / ? # @ : in it is written percent-encoded"
            )
        }
        port = number
    }

    private mutating func read(userInformation: Substring) throws(InvalidValue) {
        let parts = userInformation.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = PercentEncoding.decode(parts[0]),
            let secret = parts.count > 1 ? PercentEncoding.decode(parts[1]) : ""
        else { throw InvalidValue("the user name and password are percent-encoded UTF-8; a % itself is written %25") }
        username = name.isEmpty ? nil : name
        password = secret.isEmpty ? nil : Secret(secret)
    }
}
