import Templates

/// Reads the section `source`:
///
/// ```yaml
/// source:
///   table: public.invoices
///   primaryKey: [id]
///   content: "Invoice from {vendor_name} for {description|nothing said}"
///   key: "{vendor_id}/{invoice_number}"
///   tenant: tenant_id
///   updated: updated_at
///   metadata:
///     vendor_name: vendor_name
///     amount: {column: total_amount, type: number}
/// ```
///
/// What can be said without the database is checked here; whether the columns are there, when it is asked.
extension CollectionsReader {
    private static let sourceKeys = [
        "table", "query", "primaryKey", "content", "key", "tenant", "updated", "metadata",
    ]

    /// Nil where it could not be read, and then the problems say why.
    mutating func readSource(_ pair: YAMLNode.Pair, _ subject: String) -> CollectionSourceSettings? {
        guard isMapping(pair, subject) else { return nil }
        for entry in mapping(pair.value, subject) where !Self.sourceKeys.contains(entry.key) {
            report("\(subject).\(entry.key)", entry.line, unknown(entry.key, among: Self.sourceKeys))
        }
        let read = SourceEntries(pair, subject)
        let relation = readRelation(read)
        let primaryKey = read.entry("primaryKey").map { readPrimaryKey($0, read.name("primaryKey")) } ?? []
        if case .query = relation, read.entry("primaryKey") == nil {
            report(
                read.name("primaryKey"),
                pair.line,
                "is missing; name the columns of the query that make a row unique, such as [id]"
            )
        }
        let content = read.entry("content").flatMap { readTemplate($0, read.name("content")) }
        if read.entry("content") == nil {
            report(subject, pair.line, "has no content; write a template such as content: \"{title}: {text}\"")
        }
        let key = read.entry("key").flatMap { readTemplate($0, read.name("key")) }
        if let fault = key?.faultAsKey { report(read.name("key"), read.entry("key")?.line ?? pair.line, fault) }
        let tenant = read.entry("tenant").flatMap { required($0, read.name("tenant")) }
        let updated = read.entry("updated").flatMap { required($0, read.name("updated")) }
        let metadata = read.entry("metadata").map { readMetadata($0, read.name("metadata")) } ?? []
        guard let relation, let content else { return nil }
        var source = CollectionSourceSettings(relation: relation, content: content)
        source.primaryKey = primaryKey
        source.key = key
        source.tenant = tenant
        source.updated = updated
        source.metadata = metadata
        return source
    }

    /// Types of the source's fields against those that the collection declares.
    mutating func checkTypes(_ collection: CollectionSettings, _ pair: YAMLNode.Pair) {
        for field in collection.source?.metadata ?? [] {
            guard let said = field.kind, let declared = collection.fields.first(where: { $0.name == field.name })?.kind,
                said != declared, (said, declared) != (.integer, .number)
            else { continue }
            let entry = pair.value["source"]?["metadata"]?[field.name]
            report(
                "collections.\(collection.name).source.metadata.\(field.name)",
                entry?.line ?? pair.line,
                "is of type \(said.rawValue) here and \(declared.rawValue) below fields; make them the same"
            )
        }
    }

    private mutating func readRelation(_ read: SourceEntries) -> CollectionSourceSettings.Relation? {
        switch (read.entry("table"), read.entry("query")) {
        case (let table?, nil):
            guard let name = required(table, read.name("table")) else { return nil }
            guard !name.contains(";"),
                name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty })
            else {
                report(read.name("table"), table.line, "expected the name of a table or view, such as public.invoices")
                return nil
            }
            return .table(name)
        case (nil, let query?):
            guard let text = required(query, read.name("query")) else { return nil }
            guard text.last(where: { !$0.isWhitespace }) != ";" else {
                report(read.name("query"), query.line, "ends with a semicolon; leave it out")
                return nil
            }
            return .query(text)
        case (nil, nil):
            report(
                read.subject,
                read.line,
                "has neither table nor query; write where the rows are, such as table: public.invoices"
            )
        case (_?, let query?): report(read.name("query"), query.line, "stands beside table; keep one of them")
        }
        return nil
    }

    private mutating func isMapping(_ pair: YAMLNode.Pair, _ subject: String) -> Bool {
        switch pair.value.content {
        case .mapping, .null: return true
        case .scalar, .list:
            report(subject, pair.line, "expected a mapping such as {table: public.invoices, content: \"{text}\"}")
            return false
        }
    }
}

/// The keys of one `source` and what they are called in problems.
private struct SourceEntries {
    let subject: String
    let line: Int
    private let entries: [YAMLNode.Pair]

    init(_ pair: YAMLNode.Pair, _ subject: String) {
        self.subject = subject
        line = pair.line
        if case .mapping(let entries) = pair.value.content { self.entries = entries } else { entries = [] }
    }

    func entry(_ key: String) -> YAMLNode.Pair? { entries.first { $0.key == key } }
    func name(_ key: String) -> String { "\(subject).\(key)" }
}
