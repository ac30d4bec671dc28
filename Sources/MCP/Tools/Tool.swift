internal import JSON

/// What a model may call.
package struct Tool<Caller: Sendable>: Sendable {
    package typealias Call = @Sendable (ToolCall<Caller>) async throws(ToolError) -> ToolResult

    package let name: String
    package let title: String
    /// For a model.
    package let description: String
    package let inputSchema: JSONObjectText
    /// Of the structured content.
    package let outputSchema: JSONObjectText?
    package let annotations: ToolAnnotations
    /// Why this caller may not use the tool, for a model; nil where it may. A tool that refuses is not listed.
    package let refusal: (@Sendable (Caller) -> String?)?
    package let call: Call

    /// - Parameters:
    ///   - name: letters, digits, `_`, `-`, `.`.
    ///   - refusal: nil where everybody may use the tool; the list is then the same for all.
    package init(
        name: String,
        title: String,
        description: String,
        inputSchema: JSONObjectText,
        outputSchema: JSONObjectText? = nil,
        annotations: ToolAnnotations,
        refusal: (@Sendable (Caller) -> String?)? = nil,
        call: @escaping Call
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
        self.refusal = refusal
        self.call = call
    }

    /// As `tools/list` lists it.
    func json(_ version: ProtocolVersion) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.naming(name, title: title, description: description, version)
        writer.name("inputSchema")
        writer.raw(inputSchema.bytes)
        if version.hasStructuredContent, let outputSchema {
            writer.name("outputSchema")
            writer.raw(outputSchema.bytes)
        }
        writer.name("annotations")
        annotations.write(to: &writer, title: title)
        writer.endObject()
        return writer.finish()
    }
}
