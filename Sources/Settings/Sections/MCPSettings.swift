/// `mcp`: what agents are offered over the Model Context Protocol, and what they may do.
package struct MCPSettings: Sendable, Equatable {
    /// `mcp.enabled`: whether the worker's HTTP server has it, at `/mcp`. Defaults to yes.
    package var isEnabled = true
    /// `mcp.tenant`: of callers without a token: over standard input and output, and on a loopback address. Defaults to
    /// none.
    package var tenant: String?
    /// `mcp.rights`: of the same callers. Defaults to all.
    package var rights: Set<MCPRight> = Set(MCPRight.allCases)
    /// `mcp.tokensFile`: who may call over HTTP, see `TokensFile`. Defaults to none.
    package var tokensFile: String?
    /// `mcp.timeout`: how long a call may take. Defaults to 30 s.
    package var timeout = Duration.seconds(30)
    /// `mcp.maximumCalls`, calls worked on at once. Defaults to 1,000.
    package var maximumCalls = 1_000
    /// `mcp.maximumBodyBytes`, bytes of one message. Defaults to 1 MiB.
    package var maximumBodyBytes = 1 << 20

    package init() {}
}
