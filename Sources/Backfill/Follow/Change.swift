internal import JSON

/// One row of the outbox: something has happened to a row of the table.
struct Change: Sendable, Equatable {
    let id: String
    /// Of the row as it was afterwards; nil where it was deleted.
    let row: RowKey?
    /// What it was called before, by the columns' names, where it was deleted or is called otherwise; nil is NULL.
    let gone: [String: String?]?
    /// Of the row that `gone` speaks of.
    let goneRow: RowKey?
    /// Whether it cannot be read: a trigger of another mapping has written it.
    let isUnreadable: Bool

    var isTruncation: Bool { row == nil && gone == nil && !isUnreadable }

    /// Whose rows must be looked at.
    var rows: [RowKey] { [row, goneRow].compactMap(\.self) }

    /// - Parameters:
    ///   - rowKey: JSON, nil for NULL.
    ///   - gone: JSON, nil for NULL.
    ///   - primaryKey: names of columns.
    init(id: String, rowKey: String?, gone: String?, primaryKey: [String]) {
        self.id = id
        let rowTexts = rowKey.map(Self.texts)
        let goneTexts = gone.map(Self.texts)
        row = rowTexts.flatMap { Self.key($0, primaryKey) }
        goneRow = goneTexts.flatMap { Self.key($0, primaryKey) }
        self.gone = goneTexts
        isUnreadable = (rowKey != nil && row == nil) || (gone != nil && goneRow == nil)
    }

    private static func texts(_ json: String) -> [String: String?] {
        guard case .object(let members)? = try? JSONValue(parsing: Array(json.utf8)) else { return [:] }
        var texts: [String: String?] = [:]
        for member in members {
            if case .string(let text) = member.value {
                texts[member.name] = .some(text)
            } else {
                texts[member.name] = .some(nil)
            }
        }
        return texts
    }

    private static func key(_ texts: [String: String?], _ primaryKey: [String]) -> RowKey? {
        let values = primaryKey.compactMap { texts[$0] ?? nil }
        return values.count == primaryKey.count ? RowKey(values) : nil
    }
}
