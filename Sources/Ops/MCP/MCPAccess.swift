/// Who may call at `/mcp`.
package enum MCPAccess<Caller: Sendable>: Sendable {
    /// Everybody who reaches the server: right on a loopback address only.
    case open(Caller)
    /// Whoever brings a token of the book.
    case tokens(TokenBook<Caller>)
    /// Nobody: others than this machine reach the server, and there are no tokens.
    case closed

    /// Decides by a request's header fields.
    ///
    /// - Returns: the caller, and the name of its token, empty where it has none.
    func admit(
        _ facts: RequestRules.Facts,
        _ rules: RequestRules
    ) throws(OpsError) -> (caller: Caller, owner: String) {
        try rules.checkOrigin(facts)
        switch self {
        case .open(let caller): return (caller, "")
        case .tokens(let book): return try Self.find(facts, book.table)
        case .closed:
            throw OpsError(
                403,
                "no_tokens",
                """
                http.host is \(rules.host), which others can reach, and nobody may call there without a token: set \
                mcp.tokensFile (MEMOIR_MCP_TOKENS_FILE)
                """
            )
        }
    }

    private static func find(
        _ facts: RequestRules.Facts,
        _ table: TokenTable<Caller>
    ) throws(OpsError) -> (caller: Caller, owner: String) {
        guard let given = BearerToken(facts.authorization) else {
            throw OpsError(401, "unauthorized", "send a token of mcp.tokensFile as Authorization: Bearer …")
        }
        guard let token = table.token(given) else {
            throw OpsError(
                401,
                "invalid_token",
                "that is no token of mcp.tokensFile: send one that is as Authorization: Bearer …"
            )
        }
        return (token.caller, token.name)
    }
}
