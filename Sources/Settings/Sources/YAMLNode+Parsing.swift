import Yams

extension YAMLNode {
    /// Deeper nesting is refused: no configuration needs it, and each level takes stack.
    private static let maximumDepth = 16

    /// Reads one YAML document; an empty one, or one of comments only, is an empty mapping.
    ///
    /// - Throws: `YAMLFault`.
    init(yaml text: String) throws(YAMLFault) {
        do {
            guard let root = try Yams.Parser(yaml: text).singleRoot() else {
                self.init(content: .mapping([]), line: 1)
                return
            }
            try self.init(root, depth: 0)
        } catch {
            throw YAMLFault(error)
        }
    }

    private init(_ node: Yams.Node, depth: Int) throws {
        let line = node.mark?.line ?? 1
        guard depth < Self.maximumDepth else {
            throw YAMLFault(line: line, reason: "more than \(Self.maximumDepth) levels are nested here")
        }
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            self.init(content: isNull ? .null : .scalar(scalar.string), line: line)
        case .sequence(let sequence):
            self.init(content: .list(try sequence.map { try YAMLNode($0, depth: depth + 1) }), line: line)
        case .mapping(let mapping):
            let pairs = try mapping.map { key, value in
                guard let name = key.string else {
                    throw YAMLFault(line: key.mark?.line ?? line, reason: "a key is a single word here")
                }
                let line = key.mark?.line ?? line
                return Pair(key: name, value: try YAMLNode(value, depth: depth + 1), line: line)
            }
            self.init(content: .mapping(pairs), line: line)
        case .alias:
            throw YAMLFault(line: line, reason: "aliases (*name) are not supported")
        }
    }
}
