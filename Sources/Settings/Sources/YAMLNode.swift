/// A piece of a YAML document with the line it stands on.
struct YAMLNode: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        /// The text as written, whatever type YAML would give it: the settings know their own types.
        case scalar(String)
        case null
        case list([YAMLNode])
        case mapping([Pair])
    }

    struct Pair: Sendable, Equatable {
        let key: String
        let value: YAMLNode
        /// The line of the key.
        let line: Int
    }

    let content: Content
    let line: Int

    /// The value of a key, where this is a mapping that has it.
    subscript(key: String) -> YAMLNode? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs.first { $0.key == key }?.value
    }
}
