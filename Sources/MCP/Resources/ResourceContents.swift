/// What stands in a resource.
package struct ResourceContents: Sendable, Equatable {
    package let uri: String
    package let mimeType: String
    /// Valid UTF-8.
    package let text: [UInt8]

    package init(uri: String, mimeType: String = "application/json", text: [UInt8]) {
        self.uri = uri
        self.mimeType = mimeType
        self.text = text
    }
}
