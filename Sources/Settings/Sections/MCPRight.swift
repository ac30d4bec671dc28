/// What a caller of the Model Context Protocol may do with memories.
package enum MCPRight: String, Sendable, CaseIterable {
    /// Search, get and list them, and see what there is.
    case read
    /// Save and change them.
    case write
    case forget
}
