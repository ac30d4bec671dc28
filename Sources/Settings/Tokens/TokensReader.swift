import Crypto

/// Makes the entries of a tokens file of its YAML. See `TokensFile`.
struct TokensReader {
    static let maximumTokens = 10_000
    private static let maximumNameLength = 100
    private static let maximumTenantLength = 255
    private static let keys = ["name", "token", "sha256", "tenant", "rights", "collections"]

    private let path: String
    private let collections: [String]
    private(set) var problems: [SettingsProblem] = []
    /// Which entry has a name, and which a token.
    private var names: [String: String] = [:]
    private var digests: [[UInt8]: String] = [:]

    init(path: String, collections: [String]) {
        self.path = path
        self.collections = collections
    }

    mutating func read(_ root: YAMLNode) -> [TokenSettings] {
        guard case .mapping(let pairs) = root.content, let tokens = root["tokens"], pairs.count == 1 else {
            report("tokens", root.line, "expected tokens: and below it a list, and nothing else")
            return []
        }
        guard case .list(let entries) = tokens.content, !entries.isEmpty else {
            report("tokens", tokens.line, "expected a list of at least one token")
            return []
        }
        guard entries.count <= Self.maximumTokens else {
            report("tokens", tokens.line, "has \(entries.count) entries; at most \(Self.maximumTokens) are allowed")
            return []
        }
        return entries.enumerated().compactMap { readEntry($0.element, "tokens[\($0.offset)]") }
    }

    private mutating func readEntry(_ node: YAMLNode, _ subject: String) -> TokenSettings? {
        guard case .mapping(let pairs) = node.content else {
            report(subject, node.line, "expected a mapping with \(Self.keys.joined(separator: ", "))")
            return nil
        }
        // The key itself is not told: it may be a token that was written into the wrong place.
        for pair in pairs where !Self.keys.contains(pair.key) {
            let hint = NearestName.find(pair.key, among: Self.keys).map { "; did you mean \($0)?" } ?? ""
            report(subject, pair.line, "has a key that is none of \(Self.keys.joined(separator: ", "))\(hint)")
        }
        let name = readName(node, subject)
        let digest = readDigest(node, subject)
        let tenant = readTenant(node, subject)
        let rights = readRights(node, subject)
        let allowed = readCollections(node, subject)
        guard let name, let digest, let rights else { return nil }
        return TokenSettings(name: name, digest: digest, tenant: tenant, rights: rights, collections: allowed)
    }

    private mutating func readName(_ node: YAMLNode, _ subject: String) -> String? {
        let expected = "takes 1 to \(Self.maximumNameLength) letters, digits and -._@"
        guard let name = text(node, "name", subject) else {
            if node["name"] == nil { report(subject, node.line, "has no name, which logs would tell it by") }
            return nil
        }
        let isWord = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._@".contains($0)) }
        guard isWord, (1...Self.maximumNameLength).contains(name.count) else {
            report("\(subject).name", node["name"]?.line ?? node.line, expected)
            return nil
        }
        if let other = names.updateValue(subject, forKey: name) {
            report("\(subject).name", node["name"]?.line ?? node.line, "is the name of \(other) already")
        }
        return name
    }

    private mutating func readDigest(_ node: YAMLNode, _ subject: String) -> [UInt8]? {
        let given = ["token", "sha256"].filter { node[$0] != nil }
        guard let key = given.first, given.count == 1 else {
            report(subject, node.line, given.isEmpty ? "has neither token nor sha256" : "has both token and sha256")
            return nil
        }
        guard let text = text(node, key, subject) else { return nil }
        let line = node[key]?.line ?? node.line
        let digest: [UInt8]
        if key == "sha256" {
            guard let bytes = Self.bytes(hexadecimal: text) else {
                report("\(subject).sha256", line, "takes 64 hexadecimal digits, as `printf %s TOKEN | sha256sum` makes")
                return nil
            }
            digest = bytes
        } else {
            do throws(InvalidValue) {
                digest = Array(SHA256.hash(data: Array((try Self.token.read(text)?.value ?? "").utf8)))
            } catch {
                report("\(subject).token", line, error.reason)
                return nil
            }
        }
        if let other = digests.updateValue(subject, forKey: digest) {
            report("\(subject).\(key)", line, "is the token of \(other) already")
        }
        return digest
    }

    private static let token = SettingForm<Secret?>.bearerToken

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard text.utf8.count == 64, digits.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private mutating func readTenant(_ node: YAMLNode, _ subject: String) -> String? {
        guard node["tenant"] != nil else { return nil }
        // A tenant that is left empty by mistake must not open the memories of all.
        let tenant = text(node, "tenant", subject)
        let form = SettingKey.word("the name of a tenant", atMost: Self.maximumTenantLength)
        guard let tenant, (try? form.read(tenant)) != nil else {
            if problems.last?.subject != "\(subject).tenant" {
                report("\(subject).tenant", node["tenant"]?.line ?? node.line, "takes \(form.expectation)")
            }
            return nil
        }
        return tenant
    }

    private mutating func readRights(_ node: YAMLNode, _ subject: String) -> Set<MCPRight>? {
        let words = MCPRight.allCases.map(\.rawValue).joined(separator: ", ")
        guard let names = list(node, "rights", subject) else {
            if node["rights"] == nil { report(subject, node.line, "has no rights: some of \(words)") }
            return nil
        }
        let rights = names.compactMap { MCPRight(rawValue: $0.lowercased()) }
        guard rights.count == names.count, !rights.isEmpty else {
            report("\(subject).rights", node["rights"]?.line ?? node.line, "takes some of \(words)")
            return nil
        }
        return Set(rights)
    }

    private mutating func readCollections(_ node: YAMLNode, _ subject: String) -> Set<String>? {
        guard node["collections"] != nil, let names = list(node, "collections", subject) else { return nil }
        let line = node["collections"]?.line ?? node.line
        if names.isEmpty { report("\(subject).collections", line, "is empty; leave it out to allow all") }
        for name in names where !collections.contains(name) {
            let declared = NearestName.find(name, among: collections) ?? collections.joined(separator: ", ")
            report("\(subject).collections", line, value: name, "is not declared; did you mean \(declared)?")
        }
        return Set(names)
    }

    private mutating func text(_ node: YAMLNode, _ key: String, _ subject: String) -> String? {
        guard let value = node[key] else { return nil }
        if case .scalar(let text) = value.content { return text }
        report("\(subject).\(key)", value.line, "expected text")
        return nil
    }

    private mutating func list(_ node: YAMLNode, _ key: String, _ subject: String) -> [String]? {
        guard let value = node[key] else { return nil }
        if case .list(let nodes) = value.content {
            let texts = nodes.compactMap { node in
                if case .scalar(let text) = node.content { text } else { nil }
            }
            if texts.count == nodes.count { return texts }
        }
        report("\(subject).\(key)", value.line, "expected a list of words, as in [read, write]")
        return nil
    }

    private mutating func report(_ subject: String, _ line: Int, value: String? = nil, _ reason: String) {
        problems.append(SettingsProblem(subject, from: .file(path: path, line: line), value: value, reason))
    }
}
