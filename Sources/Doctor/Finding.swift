/// What a check found.
package struct Finding: Sendable, Equatable {
    package let severity: Severity
    /// One sentence without its full stop. Holds no secret.
    package let text: String
    /// Lines for a shell that mend it, what they are for behind a `#`; always some where there is something to mend.
    package let remedy: [String]

    private init(_ severity: Severity, _ text: String, _ remedy: [String]) {
        self.severity = severity
        self.text = text
        self.remedy = remedy
    }

    static func ok(_ text: String) -> Finding { Finding(.ok, text, []) }
    static func note(_ text: String) -> Finding { Finding(.note, text, []) }
    static func warning(_ text: String, mend: String...) -> Finding { Finding(.warning, text, mend) }
    static func failure(_ text: String, mend: String...) -> Finding { Finding(.failure, text, mend) }

    func masked(by mask: SecretsMask) -> Finding {
        Finding(severity, mask.masked(text), remedy.map(mask.masked))
    }
}
