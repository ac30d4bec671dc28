import Templates

/// The values of a `source`, each by itself.
extension CollectionsReader {
    mutating func readPrimaryKey(_ pair: YAMLNode.Pair, _ subject: String) -> [String] {
        var names: [String] = []
        switch pair.value.content {
        case .scalar(let name): names = [name]
        case .list(let nodes):
            for node in nodes {
                guard case .scalar(let name) = node.content else {
                    report(subject, node.line, "expected the names of columns, such as [id]")
                    return []
                }
                names.append(name)
            }
        case .null: break
        case .mapping:
            report(subject, pair.line, "expected the names of columns, such as [id]")
            return []
        }
        if names.isEmpty || names.contains(where: { $0.allSatisfy(\.isWhitespace) }) {
            report(subject, pair.line, "has an empty name; write the names of columns, such as [id]")
        } else if Set(names).count < names.count {
            report(subject, pair.line, "names a column twice; keep one")
        }
        return names
    }

    mutating func readTemplate(_ pair: YAMLNode.Pair, _ subject: String) -> TextTemplate? {
        if case .mapping = pair.value.content {
            report(subject, pair.line, "expected text; a template that begins with { stands in quotes")
            return nil
        }
        guard let text = required(pair, subject) else { return nil }
        do throws(TemplateError) {
            return try TextTemplate(parsing: text)
        } catch {
            report(subject, pair.value.line, value: text, error.description)
            return nil
        }
    }

    mutating func readMetadata(
        _ pair: YAMLNode.Pair,
        _ subject: String
    ) -> [CollectionSourceSettings.Field] {
        let entries = mapping(pair.value, subject)
        if entries.count > Self.maximumFields {
            report(subject, pair.line, "has \(entries.count) fields; at most \(Self.maximumFields) are allowed")
        }
        return entries.compactMap { readField($0, "\(subject).\($0.key)") }
    }

    /// `field: column` or `field: {column: …, type: …}`.
    private mutating func readField(_ pair: YAMLNode.Pair, _ subject: String) -> CollectionSourceSettings.Field? {
        if pair.key.isEmpty { report(subject, pair.line, "a field has a name") }
        if let fault = Self.fault(ofField: pair.key) {
            report(subject, pair.line, fault)
        } else if pair.key.contains(".") {
            report(
                subject,
                pair.line,
                "a dot makes a path of a name; give the object around it as a column, as with jsonb_build_object in a query"
            )
        }
        guard case .mapping(let entries) = pair.value.content else {
            return required(pair, subject).map { CollectionSourceSettings.Field(name: pair.key, column: $0) }
        }
        var column: String?
        var kind: CollectionFieldSettings.Kind?
        for entry in entries {
            let name = "\(subject).\(entry.key)"
            switch entry.key {
            case "column": column = required(entry, name)
            case "type": kind = choice(entry, name)
            default: report(name, entry.line, unknown(entry.key, among: ["column", "type"]))
            }
        }
        if pair.value["column"] == nil { report(subject, pair.line, "has no column; write {column: …, type: …}") }
        return column.map { CollectionSourceSettings.Field(name: pair.key, column: $0, kind: kind) }
    }

    /// Text that is there and not blank.
    mutating func required(_ pair: YAMLNode.Pair, _ subject: String) -> String? {
        let before = problems.count
        if let text = text(pair, subject), !text.allSatisfy(\.isWhitespace) { return text }
        if problems.count == before { report(subject, pair.line, "is empty; write a value or leave the key out") }
        return nil
    }
}
