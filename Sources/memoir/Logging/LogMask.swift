import Logging

/// The last line of defence: known secrets are taken out of whatever is about to be written. Whoever says something is to
/// see to it that none is in it; but errors of libraries and of servers repeat what they were given.
struct LogMask {
    private static let replacement = "***"

    /// The longest first: one may be a part of another.
    private let secrets: [String]

    init(secrets: [String]) {
        self.secrets = secrets.sorted { $0.utf8.count > $1.utf8.count }
    }

    func masked(_ text: String) -> String {
        var text = text
        for secret in secrets where text.contains(secret) {
            text = text.replacing(secret, with: Self.replacement)
        }
        return text
    }

    /// Names of events are constants of ours, and may well have a password's letters in them; the messages of libraries are
    /// sentences.
    func masked(event: String) -> String {
        let isName = event.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
        return isName ? event : masked(event)
    }

    func masked(_ metadata: Logger.Metadata) -> Logger.Metadata {
        secrets.isEmpty ? metadata : metadata.mapValues(masked)
    }

    private func masked(_ value: Logger.MetadataValue) -> Logger.MetadataValue {
        switch value {
        case .string(let text): return .string(masked(text))
        case .stringConvertible(let shown):
            let text = shown.description
            let masked = masked(text)
            // A number stays one.
            return masked == text ? value : .string(masked)
        case .array(let values): return .array(values.map(masked))
        case .dictionary(let values): return .dictionary(values.mapValues(masked))
        }
    }
}
