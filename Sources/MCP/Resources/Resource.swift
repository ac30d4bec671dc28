internal import JSON

/// A resource as it is listed.
package struct Resource: Sendable, Equatable {
    package let uri: String
    package let name: String
    package let title: String
    package let description: String
    package let mimeType: String

    package init(
        uri: String,
        name: String,
        title: String,
        description: String,
        mimeType: String = "application/json"
    ) {
        self.uri = uri
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
    }

    func write(to writer: inout JSONWriter, _ version: ProtocolVersion) {
        writer.beginObject()
        writer.name("uri")
        writer.string(uri)
        writer.naming(name, title: title, description: description, version)
        writer.name("mimeType")
        writer.string(mimeType)
        writer.endObject()
    }
}
