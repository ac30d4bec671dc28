extension ServiceURL {
    /// Masks what may be a secret in text that is meant to be a URL, also where it is none: a password that broke the
    /// URL must not reach the message that reports it.
    static func masked(_ text: String) -> String {
        var masked = text
        let start = masked.firstRange(of: "://")?.upperBound ?? masked.startIndex
        if let at = masked[start...].lastIndex(of: "@") {
            let user = masked[start..<at].prefix { $0 != ":" }
            // Without a colon the only part may well be the secret.
            let hasPassword = user.endIndex < at
            masked.replaceSubrange(start..<at, with: hasPassword ? "\(user):***" : "***")
        }
        guard let question = masked.firstIndex(of: "?") else { return masked }
        let parameters = masked[masked.index(after: question)...].split(
            separator: "&",
            omittingEmptySubsequences: false
        )
        return masked[...question] + parameters.map(maskedParameter).joined(separator: "&")
    }

    private static func maskedParameter(_ parameter: Substring) -> String {
        let name = parameter.prefix { $0 != "=" }
        let isSecret = ["pass", "secret", "token", "key"].contains { name.lowercased().contains($0) }
        return isSecret ? "\(name)=***" : String(parameter)
    }
}
