import ArgumentParser

/// Rows a second on the command line.
enum RateArgument {
    /// Slower and faster ones cannot be kept to, and mean nothing.
    private static let range = 0.001...1e9

    static func read(_ text: String) throws -> Double {
        guard let rate = Double(text), range.contains(rate) else {
            throw ValidationError("Expected rows a second, 0.001 to 1000000000.")
        }
        return rate
    }
}
