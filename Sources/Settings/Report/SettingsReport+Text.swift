extension SettingsReport {
    /// Aligned columns: key, value, origin; then the collections with their fields.
    package var text: String {
        var lines = [
            "configuration file  \(configurationFile ?? "none")",
            "collections file    \(collectionsFile ?? "none")",
            "",
        ]
        lines += Self.aligned(settings.map { [$0.key, $0.value ?? "(none)", $0.origin] })
        for collection in collections {
            lines += ["", "collection \(collection.name)  \(collection.distance)  \(collection.description)"]
            lines += Self.aligned(
                collection.fields.map { field in
                    ["  \(field.name)", field.type, field.filter.map { "filter: \($0)" } ?? "", field.description]
                }
            )
        }
        return lines.joined(separator: "\n")
    }

    /// Pads each column to its widest cell.
    static func aligned(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
        }
    }
}
