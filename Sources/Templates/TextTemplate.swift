/// A text with places for a row's columns: `Invoice from {vendor_name} for {description|nothing said} €{amount}`.
///
/// `{column}` is the column's value, and nothing where it is null; `{column|text}` is the text where it is null; `{{` and
/// `}}` are braces. A column's name stands as the database spells it, and has neither braces nor `|` in it.
package struct TextTemplate: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        case text(String)
        case column(String, default: String?)
    }

    /// Two texts never stand side by side, and none is empty.
    package let parts: [Part]

    /// The columns in the order of the text; one that stands there twice comes twice.
    package var columns: [String] {
        parts.compactMap { part in
            if case .column(let name, _) = part { name } else { nil }
        }
    }

    /// - Throws: where a brace has no partner, a column has no name, or there is no column at all.
    package init(parsing text: String) throws(TemplateError) {
        var parser = TemplateParser(text)
        parts = try parser.run()
        guard !columns.isEmpty else {
            throw TemplateError("names no column; write one in braces, such as {name}")
        }
    }

    /// The values of columns with the same text between each two of them.
    package init(joining columns: [String], by separator: String) {
        var parts: [Part] = []
        for column in columns {
            if !parts.isEmpty { parts.append(.text(separator)) }
            parts.append(.column(column, default: nil))
        }
        self.parts = parts
    }
}
