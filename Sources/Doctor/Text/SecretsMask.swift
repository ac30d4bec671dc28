/// The last line of defence: whatever a server or a library may have repeated, no configured secret is printed.
struct SecretsMask: Sendable {
    private static let replacement = "***"
    /// Shorter ones occur by chance, and are none.
    private static let minimumBytes = 4

    private let secrets: [String]

    init(_ secrets: [String]) {
        // The longest first: one may be part of another.
        self.secrets = secrets.filter { $0.utf8.count >= Self.minimumBytes }.sorted { $0.count > $1.count }
    }

    func masked(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: Self.replacement) }
    }
}
