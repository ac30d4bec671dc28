internal import CPQ

/// A keyword of a connection string with its value, as libpq has them.
struct ConnectionParameter: Sendable, Equatable {
    let keyword: String
    let value: String

    /// What the connection string says, and nothing else. What libpq has against it quotes the string, of which the
    /// password may be a part: what it quotes is left out.
    static func parse(_ connectionString: String) throws(PostgresError) -> [ConnectionParameter] {
        guard !connectionString.utf8.contains(0) else {
            throw PostgresError(.invalidConfiguration, "the connection string holds a zero byte")
        }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(connectionString, &message) else {
            let said = message.map { String(cString: $0) } ?? "out of memory"
            PQfreemem(message)
            throw PostgresError(.invalidConfiguration, "not a connection string: \(withoutQuotations(said))")
        }
        defer { PQconninfoFree(options) }
        return list(options)
    }

    /// What libpq takes for what is not said: the environment (`PGHOST`, …), the service file, its own defaults.
    static func defaults() -> [ConnectionParameter] {
        guard let options = PQconndefaults() else { return [] }
        defer { PQconninfoFree(options) }
        return list(options)
    }

    private static func list(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [ConnectionParameter] {
        var parameters: [ConnectionParameter] = []
        var next = options
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val {
                parameters.append(ConnectionParameter(keyword: String(cString: keyword), value: String(cString: value)))
            }
            next += 1
        }
        return parameters
    }

    private static func withoutQuotations(_ message: String) -> String {
        let text = message.split(whereSeparator: \.isNewline).joined(separator: "; ")
        guard let first = text.firstIndex(of: "\""), let last = text.lastIndex(of: "\"") else { return text }
        return text.replacingCharacters(in: first...last, with: "…")
    }
}

extension String {
    fileprivate func replacingCharacters(in range: ClosedRange<Index>, with replacement: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: replacement)
        return copy
    }
}
