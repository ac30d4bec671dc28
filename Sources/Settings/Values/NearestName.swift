/// Finds the known name that somebody most likely meant.
enum NearestName {
    /// Longer names are not compared: the cost grows with the square.
    private static let maximumLength = 96

    /// More edits than this make another name, not a mistyped one.
    private static let maximumEdits = 4

    /// The candidate with the fewest edits, at most a quarter of the name's length. Letter case counts for nothing.
    static func find(_ name: String, among candidates: [String]) -> String? {
        guard name.utf8.count <= maximumLength else { return nil }
        let wanted = Array(name.lowercased().utf8)
        let limit = min(max(wanted.count / 4, 1), maximumEdits)
        var nearest: (name: String, edits: Int)?
        for candidate in candidates {
            let edits = distance(wanted, Array(candidate.lowercased().utf8))
            if edits <= limit, edits < nearest?.edits ?? .max { nearest = (candidate, edits) }
        }
        return nearest?.name
    }

    /// Levenshtein's distance: insertions, deletions and substitutions.
    private static func distance(_ source: [UInt8], _ target: [UInt8]) -> Int {
        var previous = Array(0...target.count)
        for (row, byte) in source.enumerated() {
            var current = [row + 1]
            for (column, other) in target.enumerated() {
                let substitution = previous[column] + (byte == other ? 0 : 1)
                current.append(min(substitution, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[target.count]
    }
}
