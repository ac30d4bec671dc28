import ArgumentParser

/// Checks of text that a job carries, so that a mistake costs no round trip.
enum TextArgument {
    /// Characters of a job's id.
    static let maximumIDLength = 128

    static func requireContent(_ text: String, _ name: String) throws {
        guard text.contains(where: { !$0.isWhitespace }) else { throw ValidationError("The \(name) is empty.") }
    }

    static func requireID(_ id: String?) throws {
        guard let id else { return }
        guard (1...maximumIDLength).contains(id.count) else {
            throw ValidationError("--id takes 1 to \(maximumIDLength) characters.")
        }
    }
}
