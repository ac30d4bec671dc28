internal import JSON

/// What a person may ask the model for by a name.
package struct Prompt: Sendable {
    package let name: String
    package let title: String
    package let description: String
    package let arguments: [PromptArgument]
    /// Given the values by their arguments' names: those that are required are there, and unknown ones are not.
    package let messages: @Sendable ([String: String]) -> [PromptMessage]

    package init(
        name: String,
        title: String,
        description: String,
        arguments: [PromptArgument] = [],
        messages: @escaping @Sendable ([String: String]) -> [PromptMessage]
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.arguments = arguments
        self.messages = messages
    }

    func write(to writer: inout JSONWriter, _ version: ProtocolVersion) {
        writer.beginObject()
        writer.naming(name, title: title, description: description, version)
        if !arguments.isEmpty {
            writer.name("arguments")
            writer.beginArray()
            for argument in arguments { argument.write(to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }
}
