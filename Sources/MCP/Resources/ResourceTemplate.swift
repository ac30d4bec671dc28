internal import JSON

/// A family of resources: `memoir://collections/{name}`.
package struct ResourceTemplate: Sendable, Equatable {
    /// RFC 6570.
    package let uriTemplate: String
    package let name: String
    package let title: String
    package let description: String
    package let mimeType: String

    package init(
        uriTemplate: String,
        name: String,
        title: String,
        description: String,
        mimeType: String = "application/json"
    ) {
        self.uriTemplate = uriTemplate
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
    }

    func write(to writer: inout JSONWriter, _ version: ProtocolVersion) {
        writer.beginObject()
        writer.name("uriTemplate")
        writer.string(uriTemplate)
        writer.naming(name, title: title, description: description, version)
        writer.name("mimeType")
        writer.string(mimeType)
        writer.endObject()
    }
}
