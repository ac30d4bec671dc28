internal import JSON

/// Who answers, as clients show it.
package struct ServerInfo: Sendable {
    /// For programs: `memoir`.
    package let name: String
    /// For people: `Memoir`.
    package let title: String
    package let version: String
    /// In a sentence.
    package let description: String

    package init(name: String, title: String, version: String, description: String) {
        self.name = name
        self.title = title
        self.version = version
        self.description = description
    }

    /// `Implementation` of the schema, which knew a name and a version at first, and a title before a description.
    func json(_ protocolVersion: ProtocolVersion) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("name")
        writer.string(name)
        if protocolVersion != .v2025March {
            writer.name("title")
            writer.string(title)
        }
        writer.name("version")
        writer.string(version)
        if protocolVersion == .v2025November || protocolVersion.isStateless {
            writer.name("description")
            writer.string(description)
        }
        writer.endObject()
        return writer.finish()
    }
}
