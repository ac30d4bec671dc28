/// What a tool found. The model reads the same JSON as text, for hosts that do not know structured content.
package struct ToolResult: Sendable, Equatable {
    /// An object, as the tool's output schema says.
    package let structuredContent: [UInt8]

    /// - Parameter structuredContent: valid JSON, an object: it is passed on as it is.
    package init(structuredContent: [UInt8]) {
        self.structuredContent = structuredContent
    }
}
