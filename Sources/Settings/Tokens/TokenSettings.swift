/// One who may call over HTTP, as the tokens file has it.
package struct TokenSettings: Sendable, Equatable {
    /// For logs; unique.
    package let name: String
    /// Of the token (SHA-256), which is not kept itself.
    package let digest: [UInt8]
    /// nil where the caller belongs to no tenant.
    package let tenant: String?
    package let rights: Set<MCPRight>
    /// nil where the caller may use all of them.
    package let collections: Set<String>?
}
