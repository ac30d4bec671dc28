import Memory
import Templates

/// Holds a `source` against the columns that are there, and collects all that does not fit.
struct SourceCheck {
    /// A field whose column is there and becomes what is wanted.
    struct Field {
        let name: String
        let column: SourceColumn
        let kind: CollectionField.Kind?
        let conversion: ValueConversion
    }

    private let definition: SourceDefinition
    private let columns: [SourceColumn]
    private let declaredFields: [CollectionField]
    let primaryKey: [String]
    private(set) var fields: [Field] = []
    private(set) var problems: [MappingError.Problem] = []

    init(
        _ definition: SourceDefinition,
        _ columns: [SourceColumn],
        tablePrimaryKey: [String],
        _ declaredFields: [CollectionField]
    ) {
        self.definition = definition
        self.columns = columns
        self.declaredFields = declaredFields
        primaryKey = definition.primaryKey.isEmpty ? tablePrimaryKey : definition.primaryKey
    }

    mutating func run() {
        checkNames()
        checkPrimaryKey()
        for name in Self.distinct(definition.content.columns) { find(name, at: "content") }
        if let key = definition.key {
            let areFound = Self.distinct(key.columns).map { find($0, at: "key") != nil }
            if areFound.allSatisfy({ $0 }), let fault = key.faultAsKey { report("key", fault) }
        }
        if let tenant = definition.tenant { find(tenant, at: "tenant") }
        checkUpdated()
        checkMetadata()
    }

    /// A query may name two of its columns alike, and then nobody knows which is meant.
    private mutating func checkNames() {
        var seen: Set<String> = []
        var told: Set<String> = []
        for column in columns where !seen.insert(column.name).inserted && told.insert(column.name).inserted {
            report("query", "has two columns called \(Self.quoted(column.name)); give one another name with AS")
        }
    }

    private mutating func checkPrimaryKey() {
        guard !primaryKey.isEmpty else {
            let reason =
                switch definition.relation {
                case .table(let name):
                    "\(name) has no primary key; name the columns that make a row unique, such as primaryKey: [id], "
                        + "and give them a unique index"
                case .query: "is missing; name the columns of the query that make a row unique, such as [id]"
                }
            return report("primaryKey", reason)
        }
        for name in Self.distinct(primaryKey) { find(name, at: "primaryKey") }
        if Self.distinct(primaryKey).count < primaryKey.count { report("primaryKey", "names a column twice") }
    }

    private mutating func checkUpdated() {
        guard let name = definition.updated, let column = find(name, at: "updated") else { return }
        switch column.type {
        case .date, .timestamp: return
        default:
            report(
                "updated",
                "column \(Self.quoted(name)) is \(column.type), and what says when a row was changed must be a "
                    + "timestamp or a date"
            )
        }
    }

    private mutating func checkMetadata() {
        var seen: Set<String> = []
        let maximum = MetadataLimits().keys
        if definition.metadata.count > maximum {
            report("metadata", "has \(definition.metadata.count) fields; at most \(maximum) are allowed")
        }
        for field in definition.metadata {
            let place = "metadata.\(field.name)"
            if let fault = Self.fault(ofName: field.name) { report(place, fault) }
            if !seen.insert(field.name).inserted { report(place, "is there twice; keep one") }
            guard let column = find(field.column, at: place) else { continue }
            check(field, column, at: place)
        }
    }

    private mutating func check(_ field: SourceDefinition.Field, _ column: SourceColumn, at place: String) {
        let declared = declaredFields.first { $0.name == field.name }?.kind
        if let said = field.kind, let declared, said != declared, (said, declared) != (.integer, .number) {
            return report(
                place,
                "is of type \(said.rawValue) here and \(declared.rawValue) below fields; make them the same"
            )
        }
        let kind = field.kind ?? declared
        guard let conversion = ValueConversion(column.type, to: kind) else {
            let wanted = (kind ?? .string).rawValue
            return report(
                place,
                "column \(Self.quoted(column.name)) is \(column.type), which cannot become a field of type \(wanted); "
                    + "cast it in a query, or choose another type"
            )
        }
        fields.append(Field(name: field.name, column: column, kind: kind, conversion: conversion))
    }

    @discardableResult
    private mutating func find(_ name: String, at place: String) -> SourceColumn? {
        if let column = columns.first(where: { $0.name == name }) { return column }
        var reason = "there is no column \(Self.quoted(name))"
        if let nearest = NearestMatch.find(ArraySlice(name.utf8), among: columns.map(\.name)) {
            reason += "; did you mean \(nearest)?"
        } else {
            let shown = columns.prefix(Self.namesListed).map(\.name).joined(separator: ", ")
            let rest = columns.count - Self.namesListed
            reason += columns.isEmpty ? "; there are none" : "; there are \(shown)"
            if rest > 0 { reason += " and \(rest) more" }
        }
        report(place, reason)
        return nil
    }

    /// Names that an error lists before it says how many more there are.
    private static let namesListed = 20

    private static func fault(ofName name: String) -> String? {
        if name.isEmpty { return "has no name" }
        if let reserved = ReservedKey(name.utf8) {
            return "\(reserved.rawValue) is written by Memoir itself; choose another name"
        }
        if name.utf8.contains(UInt8(ascii: ".")) {
            return "has a dot in its name, which filters take for a path; make an object of it with "
                + "jsonb_build_object in a query"
        }
        return nil
    }

    private mutating func report(_ place: String, _ reason: String) {
        let place = "collections.\(definition.collection).source.\(place)"
        problems.append(MappingError.Problem(place: place, reason: reason))
    }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// Quoted where the name could be taken for more than one word.
    private static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isLetterOrDigit($0) }
        return isPlain && !name.isEmpty ? name : "\"\(name)\""
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
