package import Reactor

/// How to reach a server, and the bounds of one client.
package struct RedisConfiguration: Sendable {
    /// Defaults to 127.0.0.1:6379.
    package var endpoint = RedisEndpoint.tcp(host: "127.0.0.1", port: 6379)
    /// With a password only: the ACL user. Defaults to none (the user `default`).
    package var username: String?
    package var password: String?
    /// Chosen with `SELECT` on each connection. Defaults to 0.
    package var database = 0
    /// Shown by `CLIENT LIST`. Defaults to `memoir`.
    package var clientName = "memoir"
    /// From the first byte sent to the end of the handshake. Defaults to 5 s.
    package var connectTimeout = Duration.seconds(5)
    /// From the call to its reply, waiting for a connection included; a blocking read's own wait is added to it.
    /// Defaults to 5 s.
    package var commandTimeout = Duration.seconds(5)
    /// Commands waiting or unanswered on one connection; one more is refused. Defaults to 16,384.
    package var maximumCommandsInFlight = 16_384
    /// Between attempts to connect, and after a connection that lasted no longer than `maximum`. Defaults to 50 ms growing
    /// to 1 s: a server that was away is in use again within 3 s of its return, of which this wait is one and the caller's
    /// own another, for two attempts a second meanwhile.
    package var backoff = Backoff(initial: .milliseconds(50), maximum: .seconds(1))

    package init() {}

    /// Reads `redis://[[user]:password@]host[:port][/database]` or `unix://[[user]:password@]/path[?db=database]`.
    ///
    /// - Throws: `RedisURLError`, whose message holds no password.
    package init(url: String) throws(RedisURLError) {
        self.init()
        guard let schemeEnd = url.firstRange(of: "://") else {
            throw RedisURLError("has no scheme: write redis://host:6379 or unix:///path/to/redis.sock")
        }
        let scheme = url[..<schemeEnd.lowerBound].lowercased()
        var rest = url[schemeEnd.upperBound...]
        let isUnix = scheme == "unix" || scheme == "redis+unix"
        if let at = isUnix ? Self.credentialsEndBeforePath(rest) : rest.lastIndex(of: "@") {
            try readCredentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        switch scheme {
        case "redis": try readTCP(rest)
        case "unix", "redis+unix": try readUnix(rest)
        case "rediss":
            throw RedisURLError("asks for TLS, which this client does not speak: use a TLS tunnel or redis://")
        default: throw RedisURLError("has the scheme \(scheme)://: write redis:// or unix://")
        }
    }

    /// The `@` before a unix socket's path, which may have some of its own (`redis@1.sock`).
    private static func credentialsEndBeforePath(_ text: Substring) -> Substring.Index? {
        guard !text.hasPrefix("/") else { return nil }
        return text.firstRange(of: "@/")?.lowerBound ?? text.lastIndex(of: "@")
    }

    private mutating func readCredentials(_ text: Substring) throws(RedisURLError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw RedisURLError(
                "names a user without a password: write redis://user:password@host, or :password@ alone"
            )
        }
        guard let user = Self.percentDecoded(text[..<colon]),
            let password = Self.percentDecoded(text[text.index(after: colon)...])
        else { throw RedisURLError("has a user or password whose percent encoding is broken") }
        username = user.isEmpty ? nil : user
        self.password = password.isEmpty ? nil : password
    }

    private mutating func readTCP(_ text: Substring) throws(RedisURLError) {
        var address = text
        if let slash = text.firstIndex(of: "/") {
            address = text[..<slash]
            try readDatabase(text[text.index(after: slash)...])
        }
        var host = address
        var port: UInt16 = 6379
        let afterHost = address.last == "]" ? nil : address.lastIndex(of: ":")
        if let colon = afterHost {
            host = address[..<colon]
            let digits = address[address.index(after: colon)...]
            guard let number = Self.decimal(digits), let number = UInt16(exactly: number), number > 0 else {
                throw RedisURLError("has the port \(digits): write a number from 1 to 65535")
            }
            port = number
        }
        if host.hasPrefix("[") && host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw RedisURLError("names no host: write redis://host:6379") }
        endpoint = .tcp(host: String(host), port: port)
    }

    private mutating func readUnix(_ text: Substring) throws(RedisURLError) {
        var path = text
        if let question = text.firstIndex(of: "?") {
            path = text[..<question]
            let query = text[text.index(after: question)...]
            guard query.hasPrefix("db=") else {
                throw RedisURLError("has the query ?\(query): only ?db=NUMBER is known")
            }
            try readDatabase(query.dropFirst(3))
        }
        guard path.hasPrefix("/") else {
            throw RedisURLError("names no absolute path: write unix:///path/to/redis.sock")
        }
        endpoint = .unix(path: String(path))
    }

    private mutating func readDatabase(_ text: Substring) throws(RedisURLError) {
        guard !text.isEmpty else { return }
        guard let number = Self.decimal(text) else {
            throw RedisURLError("has the database \(text): write a number from 0")
        }
        database = number
    }

    /// Digits alone: `Int` would take a sign.
    private static func decimal(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ? Int(text) : nil
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = hexadecimal(rest.popFirst()), let low = hexadecimal(rest.popFirst()) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8?) -> UInt8? {
        guard let byte, let value = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
        return UInt8(value)
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// Without the password.
    package var description: String {
        "\(endpoint), user \(username ?? "default"), database \(database)"
    }
}

/// What is wrong with a Redis URL: a sentence without its subject and without secrets.
package struct RedisURLError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
