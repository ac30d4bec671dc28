internal import JSON
internal import MCP

extension MemoryDesk {
    /// Reads a job's `result`, an object, and writes the members of an answer.
    static func answer(
        reading result: ArraySlice<UInt8>,
        _ write: (inout JSONScanner, inout JSONWriter) throws(JSONError) -> Void
    ) throws(ToolError) -> ToolResult {
        ToolResult(structuredContent: try object(reading: result, write))
    }

    static func object(
        reading result: ArraySlice<UInt8>,
        _ write: (inout JSONScanner, inout JSONWriter) throws(JSONError) -> Void
    ) throws(ToolError) -> [UInt8] {
        var scanner = JSONScanner(result)
        var writer = JSONWriter(reservingCapacity: result.count + 64)
        do throws(JSONError) {
            try scanner.beginObject()
            writer.beginObject()
            try write(&scanner, &writer)
            try scanner.finish()
        } catch {
            throw .noAnswer
        }
        writer.endObject()
        return writer.finish()
    }

    /// An array of memories.
    static func writeMemories(
        _ scanner: inout JSONScanner,
        to writer: inout JSONWriter,
        maximumCharacters: Int?
    ) throws(JSONError) {
        writer.beginArray()
        try scanner.beginArray()
        while try scanner.nextElement() {
            try MemoryView(from: &scanner).write(to: &writer, maximumCharacters: maximumCharacters)
        }
        writer.endArray()
    }

    /// `{"memory": …}` of a get; nil for null.
    static func memory(in result: ArraySlice<UInt8>) throws(ToolError) -> MemoryView? {
        var memory: MemoryView?
        _ = try object(reading: result) { scanner, _ throws(JSONError) in
            while let name = try scanner.nextName() {
                if name == "memory", try scanner.nextKind() == .object {
                    memory = try MemoryView(from: &scanner)
                } else {
                    try scanner.skipValue()
                }
            }
        }
        return memory
    }
}
