/// Patterns of `SCAN … MATCH`.
enum GlobPattern {
    /// Text that matches itself.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { pattern, character in
            if #"\*?[]^-"#.contains(character) { pattern.append(#"\"#) }
            pattern.append(character)
        }
    }
}
