import FoundationEssentials

extension WorkerSettings {
    /// Longest part of the host name in an id: the id stands in keys and in each result.
    private static let maximumHostLength = 64

    /// Host name, process id and a random part: told apart by people, and never used twice even where a container
    /// starts again with the same host name and process id.
    static func uniqueID() -> String {
        let process = ProcessInfo.processInfo
        let host = process.hostName.prefix(maximumHostLength).map { isAllowedInID($0) ? $0 : "-" }
        let random = String(UInt32.random(in: .min ... .max), radix: 16)
        return "\(String(host))-\(process.processIdentifier)-\(random)"
    }

    static func isAllowedInID(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
}
