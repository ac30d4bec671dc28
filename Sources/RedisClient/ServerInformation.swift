/// What `INFO` says (https://redis.io/docs/latest/commands/info/): named values, all text.
package struct ServerInformation: Sendable, Equatable {
    private let values: [String: String]

    /// Lines of `name:value`; headings and empty lines are passed over.
    package init(_ text: String) {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            values[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        self.values = values
    }

    /// nil where this server, or this version of it, does not say.
    package subscript(name: String) -> String? { values[name] }

    package func integer(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
}
