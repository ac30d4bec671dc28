import Logging

/// The last line of defence: known secrets are taken out of whatever is about to be written. Whoever says something is to
/// see to it that none is in it; but errors of libraries and of servers repeat what they were given.
struct LogMask {
    private static let replacement = "***"

    /// The longest first: one may be a part of another.
    private let secrets: [[UInt8]]

    init(secrets: [String]) {
        self.secrets = secrets.map { Array($0.utf8) }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// Byte by byte: a mark that joins a secret's last letter makes another character of it, which is no less a secret.
    func masked(_ text: String) -> String {
        var text = text
        for secret in secrets {
            let masked = text.withUTF8 { bytes in Self.masked(bytes, secret) }
            if let masked { text = String(decoding: masked, as: UTF8.self) }
        }
        return text
    }

    /// nil where there is nothing to mask.
    private static func masked(_ text: UnsafeBufferPointer<UInt8>, _ secret: [UInt8]) -> [UInt8]? {
        var masked: [UInt8]?
        var start = 0
        var index = 0
        while index + secret.count <= text.count {
            guard text[index] == secret[0], text[index..<index + secret.count].elementsEqual(secret) else {
                index += 1
                continue
            }
            masked = (masked ?? []) + text[start..<index] + replacement.utf8
            index += secret.count
            start = index
        }
        return masked.map { $0 + text[start...] }
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
