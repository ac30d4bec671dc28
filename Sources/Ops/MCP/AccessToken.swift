/// One who may call, and what that makes of a caller for the tools.
package struct AccessToken<Caller: Sendable>: Sendable {
    /// Tells it apart from the others; for logs.
    package let name: String
    /// SHA-256 of the token.
    let digest: [UInt8]
    let caller: Caller

    package init(name: String, digest: [UInt8], caller: Caller) {
        self.name = name
        self.digest = digest
        self.caller = caller
    }
}
