internal import JSON
internal import MCP

extension MemoryDesk {
    /// Reads the members of a job's `result`, an object.
    ///
    /// - Parameter read: the value of the member of that name, or nothing: then it is skipped. False where it is not what
    ///   it must be.
    static func read(
        _ result: ArraySlice<UInt8>,
        _ read: (JSONString, inout JSONScanner) throws(JSONError) -> Bool
    ) throws(ToolError) {
        var scanner = JSONScanner(result)
        var isUnderstood = true
        do throws(JSONError) {
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                let start = scanner.offset
                if try !read(name, &scanner) { isUnderstood = false }
                if scanner.offset == start { try scanner.skipValue() }
            }
            try scanner.finish()
        } catch {
            throw .noAnswer
        }
        guard isUnderstood else { throw .noAnswer }
    }

    /// An array of memories, as an answer shows them; nil where one of them lacks what every one has.
    ///
    /// - Parameter isFound: whether they come of a search, and so have a score.
    static func memories(
        _ scanner: inout JSONScanner,
        isFound: Bool = false,
        maximumCharacters: Int
    ) throws(JSONError) -> [UInt8]? {
        var writer = JSONWriter()
        var isWhole = true
        writer.beginArray()
        try scanner.beginArray()
        while try scanner.nextElement() {
            let memory = try MemoryView(from: &scanner)
            if memory.id.isEmpty || (memory.score != nil) != isFound { isWhole = false }
            memory.write(to: &writer, maximumCharacters: maximumCharacters)
        }
        writer.endArray()
        return isWhole ? writer.finish() : nil
    }

    /// `{"memory": …}` of a get; nil for null.
    static func memory(in result: ArraySlice<UInt8>) throws(ToolError) -> MemoryView? {
        var memory: MemoryView?
        var isThere = false
        try read(result) { name, scanner throws(JSONError) in
            guard name == "memory" else { return true }
            isThere = true
            if try scanner.readNull() { return true }
            let found = try MemoryView(from: &scanner)
            memory = found
            return !found.id.isEmpty
        }
        guard isThere else { throw .noAnswer }
        return memory
    }
}
