import Templates

/// A template whose columns are found, made for filling it in often.
struct CompiledTemplate: Sendable {
    enum Step: Sendable {
        case text([UInt8])
        /// The column's place in the row, and the text where it is null.
        case column(Int, ColumnType, default: [UInt8]?)
    }

    let steps: [Step]

    /// - Parameter columns: all of the template's are among them.
    init(_ template: TextTemplate, columns: [SourceColumn]) {
        steps = template.parts.compactMap { part in
            switch part {
            case .text(let text): return .text(Array(text.utf8))
            case .column(let name, let standIn):
                guard let index = columns.firstIndex(where: { $0.name == name }) else { return nil }
                return .column(index, columns[index].type, default: standIn.map { Array($0.utf8) })
            }
        }
    }
}
