internal import JSON

/// What a tool does to the world, so that a host knows what to ask its user about.
package struct ToolAnnotations: Sendable, Equatable {
    package let isReadOnly: Bool
    /// Whether it may destroy something.
    package let isDestructive: Bool
    /// Whether calling it twice is as good as once.
    package let isIdempotent: Bool
    /// Whether it reaches beyond what this server keeps.
    package let isOpenWorld: Bool

    package init(isReadOnly: Bool, isDestructive: Bool, isIdempotent: Bool, isOpenWorld: Bool = false) {
        self.isReadOnly = isReadOnly
        self.isDestructive = isDestructive
        self.isIdempotent = isIdempotent
        self.isOpenWorld = isOpenWorld
    }

    func write(to writer: inout JSONWriter, title: String) {
        writer.beginObject()
        writer.name("title")
        writer.string(title)
        writer.name("readOnlyHint")
        writer.bool(isReadOnly)
        writer.name("destructiveHint")
        writer.bool(isDestructive)
        writer.name("idempotentHint")
        writer.bool(isIdempotent)
        writer.name("openWorldHint")
        writer.bool(isOpenWorld)
        writer.endObject()
    }
}
