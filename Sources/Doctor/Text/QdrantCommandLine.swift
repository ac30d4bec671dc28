/// `curl` with the configured Qdrant filled in; the key comes from the shell's own variable.
struct QdrantCommandLine: Sendable {
    private let url: String
    private let hasKey: Bool

    /// - Parameter url: without a password.
    init(url: String, hasKey: Bool) {
        self.url = url
        self.hasKey = hasKey
    }

    func callAsFunction(_ path: String) -> String { self("GET", path) }

    func callAsFunction(_ method: String, _ path: String, body: String? = nil) -> String {
        var line = "curl"
        if method != "GET" { line += " -X \(method)" }
        if hasKey { line += #" -H "api-key: $QDRANT_API_KEY""# }
        if let body { line += " -H 'Content-Type: application/json' -d \(ShellWord.quoted(body))" }
        return line + " " + ShellWord.quoted(url + path)
    }
}
