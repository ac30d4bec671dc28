/// What clients may read by its URI.
package protocol ResourceProvider<Caller>: Sendable {
    associatedtype Caller: Sendable

    /// The same for all callers.
    var templates: [ResourceTemplate] { get }

    /// - Parameter cursor: what the page before gave as `next`; nil for the first. From the client: check it.
    /// - Throws: `MCPError.invalidParameters` where the cursor is none of ours.
    func list(after cursor: String?, for request: ResourceRequest<Caller>) async throws(MCPError) -> ResourcePage

    /// - Throws: `MCPError.notFound(uri:)`, or what keeps it from being read.
    func read(uri: String, for request: ResourceRequest<Caller>) async throws(MCPError) -> [ResourceContents]
}
