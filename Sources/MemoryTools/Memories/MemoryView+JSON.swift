internal import JSON

extension MemoryView {
    /// As `MemorySchema` says.
    ///
    /// - Parameter maximumCharacters: of the text; a longer one is cut, and it is said that it was. nil: it is whole.
    func write(to writer: inout JSONWriter, maximumCharacters: Int? = nil) {
        writer.beginObject()
        writer.name("id")
        writer.string(id)
        writer.name("key")
        writer.string(orNull: key)
        if let score {
            writer.name("score")
            writer.raw(score)
        }
        writeContent(to: &writer, maximumCharacters)
        writer.name("metadata")
        writer.beginObject()
        for member in metadata {
            writer.name(member.name)
            writer.raw(member.value)
        }
        writer.endObject()
        writer.name("source")
        writer.string(orNull: source)
        writer.name("created_at")
        writer.string(orNull: createdAt)
        writer.name("updated_at")
        writer.string(orNull: updatedAt)
        writer.endObject()
    }

    private func writeContent(to writer: inout JSONWriter, _ maximum: Int?) {
        writer.name("content")
        let scalars = content?.unicodeScalars
        // No text has more characters than bytes.
        if let content, let scalars, let maximum, content.utf8.count > maximum, scalars.count > maximum {
            writer.string(String(String.UnicodeScalarView(scalars.prefix(maximum))) + "…")
            writer.name("content_truncated")
            writer.bool(true)
            writer.name("content_characters")
            writer.integer(scalars.count)
        } else {
            writer.string(orNull: content)
            if maximum != nil {
                writer.name("content_truncated")
                writer.bool(false)
            }
        }
    }
}

extension JSONWriter {
    mutating func string(orNull text: String?) {
        if let text { string(text) } else { null() }
    }

    mutating func integer(orNull number: Int?) {
        if let number { integer(number) } else { null() }
    }
}
