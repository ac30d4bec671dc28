internal import JobQueue

/// Tells the keys of a partition that are Memoir's own from others under its prefix.
struct KnownKeys: Sendable {
    enum Kind: Equatable {
        case result
        case other
    }

    /// What all keys of the partition begin with, escaped for `SCAN … MATCH`, and a star.
    let pattern: String

    private let names: Set<[UInt8]>
    private let resultPrefix: [UInt8]
    private let prefixes: [[UInt8]]

    init(_ keys: JobKeys) {
        pattern = keys.pattern
        names = Set(KeyTypeCheck.expected(keys).map { Array($0.name.utf8) })
        resultPrefix = keys.result([])
        let base = String(keys.worker("").dropLast("worker:".count))
        let own = [keys.worker(""), keys.replies(""), keys.lease(""), keys.settled("")]
        prefixes = (own + ["\(base)cache:", "\(base)cost:"]).map { Array($0.utf8) }
    }

    /// nil for a key that Memoir does not know.
    func kind(of key: [UInt8]) -> Kind? {
        if key.starts(with: resultPrefix) { return .result }
        if names.contains(key) || prefixes.contains(where: key.starts(with:)) { return .other }
        return nil
    }
}
