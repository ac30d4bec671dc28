internal import JSON

extension JSONWriter {
    /// What everything that is listed has: a name for programs, a title for people, which came with structured content, and
    /// a description.
    mutating func naming(_ name: String, title: String, description: String, _ version: ProtocolVersion) {
        self.name("name")
        string(name)
        if version.hasStructuredContent {
            self.name("title")
            string(title)
        }
        self.name("description")
        string(description)
    }
}
