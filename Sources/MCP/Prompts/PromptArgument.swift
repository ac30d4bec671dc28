internal import JSON

package struct PromptArgument: Sendable, Equatable {
    package let name: String
    package let description: String
    package let isRequired: Bool

    package init(name: String, description: String, isRequired: Bool) {
        self.name = name
        self.description = description
        self.isRequired = isRequired
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("name")
        writer.string(name)
        writer.name("description")
        writer.string(description)
        writer.name("required")
        writer.bool(isRequired)
        writer.endObject()
    }
}
