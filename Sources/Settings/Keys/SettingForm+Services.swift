extension SettingForm where Value == ServiceURL {
    static var httpURL: Self { httpURL(credentials: "apiKey") }

    /// - Parameter credentials: where they belong, which are no part of the URL.
    static func httpURL(credentials: String) -> Self {
        let limits = "http://host[:port][/path] or https://…"
        return Self(
            type: "URL",
            limits: limits,
            expectation: limits,
            shown: { $0.description },
            read: { text throws(InvalidValue) in
                let url = try ServiceURL(text)
                guard ["http", "https"].contains(url.scheme), !url.host.isEmpty else {
                    throw InvalidValue("expected \(limits)")
                }
                guard url.username == nil, url.password == nil, url.query.isEmpty else {
                    let place = "set \(credentials) instead"
                    throw InvalidValue("expected a URL without user name, password and parameters; \(place)")
                }
                return url
            }
        )
    }

    static var redisURL: Self {
        let expectation = "redis://[username:password@]host[:port][/database] or unix:///path/to/socket"
        return Self(
            type: "URL",
            limits: expectation,
            expectation: expectation,
            shown: { $0.description },
            read: { text throws(InvalidValue) in
                let url = try ServiceURL(text)
                switch url.scheme {
                case "redis" where !url.host.isEmpty:
                    guard url.path.isEmpty || Int(url.path.dropFirst()) != nil else {
                        throw InvalidValue("after the host only the number of a database follows: redis://host/0")
                    }
                case "unix" where url.host.isEmpty && !url.path.isEmpty: break
                case "rediss":
                    throw InvalidValue("connections to Redis are not encrypted here; use redis:// through a TLS proxy")
                default: throw InvalidValue("expected \(expectation)")
                }
                if let parameter = url.query.first(where: { $0.name != "db" || Int($0.value) == nil }) {
                    throw InvalidValue("the parameter \(parameter.name) is unknown; only db=<number> is")
                }
                return url
            }
        )
    }
}

extension SettingForm where Value == Secret? {
    /// A key or password, all of it masked.
    static var secret: Self {
        Self(
            type: "secret",
            limits: "",
            expectation: "a key or password without spaces at its ends and without control characters",
            isSecret: true,
            shown: { $0?.description },
            read: { text throws(InvalidValue) in
                let isClean = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
                guard isClean, !text.hasPrefix(" "), !text.hasSuffix(" ") else {
                    throw InvalidValue("expected a key or password without spaces at its ends and control characters")
                }
                return Secret(text)
            }
        )
    }

    /// What clients must send to be let in: too long to be guessed, of characters that a header field of HTTP takes.
    static var bearerToken: Self {
        let minimum = HTTPSettings.minimumTokenCharacters
        let limits = "at least \(minimum) letters, digits and signs of ASCII, no spaces"
        return Self(
            type: "secret",
            limits: limits,
            expectation: limits,
            isSecret: true,
            shown: { $0?.description },
            read: { text throws(InvalidValue) in
                guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                    throw InvalidValue("expected \(limits)")
                }
                guard text.utf8.count >= minimum else {
                    throw InvalidValue("is too short, expected \(limits): `openssl rand -hex 24` makes one")
                }
                return Secret(text)
            }
        )
    }

    static var databaseURL: Self {
        let expectation = "postgresql://user:password@host[:port]/database or a libpq string such as host=… dbname=…"
        return Self(
            type: "secret",
            limits: expectation,
            expectation: expectation,
            isSecret: true,
            shown: { $0.map { $0.value.contains("://") ? ServiceURL.masked($0.value) : "***" } },
            read: { text throws(InvalidValue) in
                let schemes = ["postgresql://", "postgres://"]
                guard schemes.contains(where: text.hasPrefix) || (!text.contains("://") && text.contains("=")) else {
                    throw InvalidValue("expected \(expectation)")
                }
                return Secret(text)
            }
        )
    }
}
