import FoundationEssentials

extension WorkerSettings {
    /// Longest part of the host name in an id: the id stands in keys and in each result.
    private static let maximumHostLength = 64

    /// The host name, with what an id may not hold replaced.
    static func hostName() -> String {
        String(ProcessInfo.processInfo.hostName.prefix(maximumHostLength).map { isAllowedInID($0) ? $0 : "-" })
    }

    /// `id`, process id and a random part: told apart by people, and never used twice even where a container starts again
    /// with the same name and process id. What a process had claimed when it died must not seem to be its successor's.
    package func uniqueID() -> String {
        let random = String(UInt32.random(in: .min ... .max), radix: 16)
        return "\(id)-\(ProcessInfo.processInfo.processIdentifier)-\(random)"
    }

    static func isAllowedInID(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
}
