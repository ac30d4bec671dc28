import Configuration

/// A YAML file as swift-configuration's `FileProvider` serves it. Unlike the `YAMLSnapshot` that comes with it, it can
/// list what it holds, which is how unknown keys are found, knows the line of each value, and takes a file in which
/// everything is commented out.
struct YAMLDocument: FileConfigSnapshot {
    struct ParsingOptions: FileParsingOptions {
        static let `default` = ParsingOptions()
        /// Larger files are refused.
        var maximumBytes = 1 << 20
    }

    let providerName: String
    let root: YAMLNode

    init(data: RawSpan, providerName: String, parsingOptions: ParsingOptions) throws {
        guard data.byteCount <= parsingOptions.maximumBytes else {
            throw YAMLFault(line: nil, reason: "the file is larger than \(ByteSize.text(parsingOptions.maximumBytes))")
        }
        guard let text = data.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw YAMLFault(line: nil, reason: "the file is no UTF-8 text")
        }
        self.providerName = providerName
        root = try YAMLNode(yaml: text)
    }

    func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        let name = key.components.joined(separator: ".")
        guard type == .string, case .scalar(let text)? = node(at: key.components)?.content else {
            return LookupResult(encodedKey: name, value: nil)
        }
        return LookupResult(encodedKey: name, value: ConfigValue(.string(text), isSecret: true))
    }

    func node(at path: [String]) -> YAMLNode? {
        var node: YAMLNode? = root
        for component in path { node = node?[component] }
        return node
    }

    /// Every value that is no section, in the order of the file, with its dotted path.
    var leaves: [(name: String, node: YAMLNode, line: Int)] { Self.leaves(of: root, below: "") }

    private static func leaves(of node: YAMLNode, below path: String) -> [(name: String, node: YAMLNode, line: Int)] {
        guard case .mapping(let pairs) = node.content else { return [] }
        return pairs.flatMap { pair in
            let name = path.isEmpty ? pair.key : "\(path).\(pair.key)"
            guard case .mapping = pair.value.content else { return [(name, pair.value, pair.line)] }
            return leaves(of: pair.value, below: name)
        }
    }

    // Values are never printed: which of them are secret is known to the table of keys, not here.
    var description: String { "\(providerName)[\(leaves.count) values]" }
    var debugDescription: String { description }
}
