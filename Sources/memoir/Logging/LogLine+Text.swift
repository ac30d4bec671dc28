import Logging

extension LogLine {
    /// `2026-03-01T09:30:00.123Z info     redis_connected attempts=2 host=10.0.0.7`
    var text: String {
        let name = level.rawValue
        let padding = String(repeating: " ", count: max(0, Self.widestLevel - name.count))
        let fields = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value.description))" }
        return "\(time) \(name)\(padding) \(Self.quoted(event, unless: " "))\(fields.joined())"
    }

    private static let widestLevel = Logger.Level.allCases.map(\.rawValue.count).max() ?? 0

    /// Quotes values with spaces in them and escapes what could forge a line of its own or steer a terminal.
    private static func quoted(_ value: String, unless allowed: Character? = nil) -> String {
        let isPlain = value.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case " ": allowed == " "
            case "\"", "\u{2028}", "\u{2029}": false
            default: scalar.properties.generalCategory != .control
            }
        }
        return isPlain && !value.isEmpty ? value : JSONText.quoted(value)
    }
}
