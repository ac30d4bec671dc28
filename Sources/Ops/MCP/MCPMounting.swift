package import Hummingbird
package import Logging

/// What agents are offered at `/mcp`, whatever a caller is to the tools: see `MCPMount`.
package protocol MCPMounting: Sendable {
    /// Adds its path, and all that stands before it but for the check of `Host`.
    func add(to router: Router<OpsContext>, rules: RequestRules, connections: Connections, logger: Logger)

    /// A stop is asked for: streams that would not end by themselves end.
    func stop()

    /// The last request has been answered.
    func close() async
}
