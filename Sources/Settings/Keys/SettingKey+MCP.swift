extension SettingKey {
    static let mcp: [SettingKey] = [
        SettingKey(
            "mcp.enabled",
            \.mcp.isEnabled,
            .flag,
            "Whether the worker's HTTP server offers it, at `/mcp`. `memoir mcp` does so always."
        ),
        SettingKey(
            "mcp.tenant",
            \.mcp.tenant,
            .optionalWord("the name of a tenant", atMost: 255),
            "Whose memories callers without a token see: those of `memoir mcp`, and on a loopback address."
        ),
        SettingKey(
            "mcp.rights",
            \.mcp.rights,
            .rights,
            "What callers without a token may do. What they may not is not offered to them."
        ),
        SettingKey(
            "mcp.tokensFile",
            \.mcp.tokensFile,
            .path,
            "Who may call over HTTP. Without one nobody may where `http.host` is no loopback address, and everybody elsewhere."
        ),
        SettingKey("mcp.timeout", \.mcp.timeout, .duration(.seconds(1)...(.seconds(600))), "How long a call may take."),
        SettingKey("mcp.maximumCalls", \.mcp.maximumCalls, .integer(1...10_000), "Calls that are worked on at once."),
        SettingKey(
            "mcp.maximumBodyBytes",
            \.mcp.maximumBodyBytes,
            .bytes(1_024...(64 << 20)),
            "Of one message."
        ),
    ]
}
