extension JSONValue {
    package func write(to writer: inout JSONWriter) throws(JSONError) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .integer(let value): writer.integer(value)
        case .double(let value): try writer.double(value)
        case .string(let value): writer.string(value)
        case .array(let elements):
            writer.beginArray()
            for element in elements { try element.write(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.name(member.name)
                try member.value.write(to: &writer)
            }
            writer.endObject()
        }
    }

    /// Throws only where a number is not finite.
    package func serialized() throws(JSONError) -> [UInt8] {
        var writer = JSONWriter()
        try write(to: &writer)
        return writer.finish()
    }
}
