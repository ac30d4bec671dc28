/// Reads `collections.yaml`:
///
/// ```yaml
/// collections:
///   invoices:
///     description: …
///     distance: cosine
///     fields:
///       vendor_name: {type: string, filter: keyword, description: …}
///     source: …
/// ```
struct CollectionsReader {
    /// As many as the worker accepts.
    static let maximumFields = 256
    private static let maximumNameLength = 255
    /// Keys of the payload that Memoir writes itself.
    private static let reservedFields = ["content", "_memoir"]

    private let path: String
    private(set) var problems: [SettingsProblem] = []

    init(path: String) { self.path = path }

    mutating func read(_ root: YAMLNode) -> [CollectionSettings] {
        var collections: [CollectionSettings] = []
        for pair in mapping(root, "collections.yaml") {
            guard pair.key == "collections" else {
                report(pair.key, pair.line, "there is no such key; everything stands below collections")
                continue
            }
            collections += mapping(pair.value, "collections").map { readCollection($0) }
        }
        return collections
    }

    private mutating func readCollection(_ pair: YAMLNode.Pair) -> CollectionSettings {
        var collection = CollectionSettings(name: pair.key)
        let subject = "collections.\(pair.key)"
        let isName = pair.key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        if !isName || !(1...Self.maximumNameLength).contains(pair.key.count) {
            report(subject, pair.line, "a name is 1 to \(Self.maximumNameLength) letters, digits, _, - and .")
        }
        for entry in mapping(pair.value, subject) {
            let name = "\(subject).\(entry.key)"
            switch entry.key {
            case "description": collection.description = text(entry, name) ?? ""
            case "distance": collection.distance = choice(entry, name) ?? .cosine
            case "fields":
                let fields = mapping(entry.value, name)
                if fields.count > Self.maximumFields {
                    report(name, entry.line, "has \(fields.count) fields; at most \(Self.maximumFields) are allowed")
                }
                collection.fields = fields.compactMap { readField($0, below: name) }
            case "source": collection.source = readSource(entry, name)
            default:
                let known = ["description", "distance", "fields", "source"]
                report(name, entry.line, unknown(entry.key, among: known))
            }
        }
        checkTypes(collection, pair)
        return collection
    }

    private mutating func readField(_ pair: YAMLNode.Pair, below parent: String) -> CollectionFieldSettings? {
        let subject = "\(parent).\(pair.key)"
        if let fault = Self.fault(ofField: pair.key) { report(subject, pair.line, fault) }
        var kind: CollectionFieldSettings.Kind?
        var filter: CollectionFieldSettings.Filter?
        var description = ""
        for entry in mapping(pair.value, subject) {
            let name = "\(subject).\(entry.key)"
            switch entry.key {
            case "type": kind = choice(entry, name)
            case "filter": filter = choice(entry, name)
            case "description": description = text(entry, name) ?? ""
            default: report(name, entry.line, unknown(entry.key, among: ["type", "filter", "description"]))
            }
        }
        guard let kind else {
            // A wrong type has been told already.
            if pair.value["type"] == nil {
                report(subject, pair.line, "has no type; \(Self.expected(CollectionFieldSettings.Kind.self))")
            }
            return nil
        }
        if let filter, !kind.filters.contains(filter) {
            let fitting = kind.filters.map(\.rawValue).joined(separator: ", ")
            let advice = fitting.isEmpty ? "declare the fields inside it, as in \(pair.key).id" : "choose \(fitting)"
            report(subject, pair.line, "a field of type \(kind.rawValue) has no filter \(filter.rawValue); \(advice)")
        }
        var field = CollectionFieldSettings(name: pair.key, kind: kind, filter: filter)
        field.description = description
        return field
    }

    /// Why a field cannot have that name, or nil.
    static func fault(ofField name: String) -> String? {
        guard let reserved = reservedFields.first(where: { name == $0 || name.hasPrefix("\($0).") }) else { return nil }
        return "\(reserved) is written by Memoir itself; choose another name"
    }

    mutating func mapping(_ node: YAMLNode, _ subject: String) -> [YAMLNode.Pair] {
        switch node.content {
        case .mapping(let pairs): return pairs
        case .null: return []
        case .scalar, .list:
            report(subject, node.line, "expected a mapping of names to values")
            return []
        }
    }

    mutating func text(_ pair: YAMLNode.Pair, _ subject: String) -> String? {
        switch pair.value.content {
        case .scalar(let text): return text
        case .null: return nil
        case .list, .mapping:
            report(subject, pair.line, "expected text")
            return nil
        }
    }

    mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ pair: YAMLNode.Pair,
        _ subject: String
    ) -> Choice? {
        guard let text = text(pair, subject) else { return nil }
        if let choice = Choice(rawValue: text.lowercased()) { return choice }
        report(subject, pair.line, value: text, Self.expected(Choice.self))
        return nil
    }

    private static func expected<Choice: CaseIterable & RawRepresentable<String>>(_: Choice.Type) -> String {
        "expected one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))"
    }

    func unknown(_ name: String, among known: [String]) -> String {
        guard let nearest = NearestName.find(name, among: known) else {
            return "there is no such key; expected one of \(known.joined(separator: ", "))"
        }
        return "there is no such key; did you mean \(nearest)?"
    }

    mutating func report(_ subject: String, _ line: Int, value: String? = nil, _ reason: String) {
        problems.append(SettingsProblem(subject, from: .file(path: path, line: line), value: value, reason))
    }
}
