/// Finds the known name that somebody most likely meant.
package enum NearestMatch {
    /// Longer names are not compared: no one mistypes them by hand, and the cost grows with the square.
    static let maximumLength = 64

    /// The nearest candidate within a third of the name's length in edits (at least one edit, at most
    /// four); of equally near ones the first. Letter case is not counted as an edit.
    package static func find(_ name: ArraySlice<UInt8>, among candidates: [String]) -> String? {
        guard !name.isEmpty, name.count <= maximumLength else { return nil }
        let wanted = name.map(lowercased)
        var limit = min(max(wanted.count / 3, 1), 4)
        var nearest: String?
        for candidate in candidates where candidate.utf8.count <= maximumLength {
            guard let edits = distance(wanted, candidate.utf8.map(lowercased), limit: limit) else { continue }
            nearest = candidate
            if edits == 0 { break }
            limit = edits - 1
        }
        return nearest
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one into the other (the optimal string
    /// alignment distance), or nil when there are more than `limit`.
    static func distance(_ source: [UInt8], _ target: [UInt8], limit: Int) -> Int? {
        guard abs(source.count - target.count) <= limit else { return nil }
        var beforePrevious = [Int](repeating: 0, count: target.count + 1)
        var previous = Array(0...target.count)
        var current = beforePrevious
        for row in 0..<source.count {
            current[0] = row + 1
            for column in 0..<target.count {
                let substitution = previous[column] + (source[row] == target[column] ? 0 : 1)
                var edits = min(substitution, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, source[row] == target[column - 1], source[row - 1] == target[column] {
                    edits = min(edits, beforePrevious[column - 1] + 1)
                }
                current[column + 1] = edits
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[target.count] <= limit ? previous[target.count] : nil
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
