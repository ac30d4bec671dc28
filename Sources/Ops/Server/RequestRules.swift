/// What a request must bring, decided from its header fields alone: pure, and the same for every path.
///
/// The token is what protects; the rest keeps a page of somebody else's, open in an operator's browser, from using the
/// browser to reach us.
package struct RequestRules: Sendable {
    /// What the rules look at.
    struct Facts: Sendable {
        var host: String?
        var origin: String?
        var fetchSite: String?
        var authorization: String?
        var contentType: String?
        var hasBody = false
    }

    let token: String?
    let isLoopback: Bool
    /// Where the server listens, as it is configured.
    let host: String

    init(_ configuration: OpsConfiguration) {
        token = configuration.token
        isLoopback = configuration.isLoopback
        host = configuration.host
    }

    /// For every request. A name that somebody else's DNS server points at this machine would make a foreign page one of
    /// ours to the browser: on a loopback address only names are taken that cannot be pointed.
    func checkHost(_ facts: Facts) throws(OpsError) {
        // Browsers always send one; a plain probe need not.
        guard isLoopback, let given = facts.host else { return }
        let name = Authority(given)?.host
        guard let name, LoopbackName.contains(name) || name == host.lowercased() else {
            throw OpsError(
                403,
                "foreign_host",
                "the Host of the request is not this server's: use 127.0.0.1 or localhost"
            )
        }
    }

    /// For what shows the system's state: where others than this machine can reach us, they need the token.
    func checkReading(_ facts: Facts) throws(OpsError) {
        if !isLoopback { try checkToken(facts) }
    }

    /// For what changes anything.
    func checkChanging(_ facts: Facts) throws(OpsError) {
        guard token != nil else {
            throw OpsError(
                403,
                "changes_disabled",
                "nothing can be changed over HTTP: set http.token (MEMOIR_HTTP_TOKEN) and send it as Authorization: Bearer …"
            )
        }
        try checkOrigin(facts)
        try checkToken(facts)
        guard !facts.hasBody && facts.contentType == nil || isJSON(facts.contentType) else {
            throw OpsError(415, "unsupported_media_type", "send the body as Content-Type: application/json")
        }
    }

    /// For what a page of somebody else's must not do.
    func checkOrigin(_ facts: Facts) throws(OpsError) {
        guard isOwnOrigin(facts) else {
            throw OpsError(403, "foreign_origin", "a page of another origin must not change anything here")
        }
    }

    private func checkToken(_ facts: Facts) throws(OpsError) {
        guard let token, let given = BearerToken(facts.authorization), given.equals(token) else {
            let reason = facts.authorization == nil ? "send the token" : "that is not the token: send it"
            throw OpsError(401, "unauthorized", "\(reason) as Authorization: Bearer …")
        }
    }

    private func isOwnOrigin(_ facts: Facts) -> Bool {
        if let site = facts.fetchSite, site != "same-origin" && site != "none" { return false }
        guard let origin = facts.origin else { return true }
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            let own = facts.host.flatMap { Authority($0) }
            return own != nil && own == Authority(origin.dropFirst(scheme.count))
        }
        return false
    }

    private func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.split(separator: ";").first else { return false }
        return type.lowercased().filter { $0 != " " } == "application/json"
    }
}
