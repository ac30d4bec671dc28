internal import JSON
internal import MCP

/// Fields to set, and others to remove, as RFC 7396 (JSON Merge Patch) does it, but of the top level only: what is inside
/// an object is not merged.
struct MetadataPatch {
    /// As it was sent; nil: nothing changes.
    let json: ArraySlice<UInt8>?
    private let members: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>, isNull: Bool)]

    /// - Parameter text: an object, JSON; which names it may hold is for others to check.
    init(_ text: String?) throws(ToolError) {
        json = text.map { ArraySlice($0.utf8) }
        var members: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>, isNull: Bool)] = []
        if let json {
            var scanner = JSONScanner(json)
            do throws(JSONError) {
                try scanner.beginObject()
                while let name = try scanner.nextName() {
                    let isNull = try scanner.nextKind() == .null
                    members.append((name.bytes, json[try scanner.skipValue()], isNull))
                }
            } catch {
                throw .invalid("metadata", "is no JSON object: \(error)")
            }
        }
        self.members = members
    }

    /// The metadata that comes of it, JSON: what stays is what was stored, byte for byte.
    func applied(to stored: [MemoryView.Member]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for member in stored {
            let change = members.last { $0.name.elementsEqual(member.name) }
            if change?.isNull == true { continue }
            writer.name(member.name)
            writer.raw(change?.value ?? member.value)
        }
        for member in members where !member.isNull && !stored.contains(where: { $0.name.elementsEqual(member.name) }) {
            writer.name(member.name)
            writer.raw(member.value)
        }
        writer.endObject()
        return writer.finish()
    }
}
