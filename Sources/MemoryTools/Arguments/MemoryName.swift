internal import JobQueue
internal import MCP
internal import Memory
internal import VectorStore

/// Which memory is meant.
enum MemoryName: Equatable {
    case key(String)
    /// A UUID, in lower case.
    case id(String)

    init(_ arguments: ToolArguments) throws(ToolError) {
        switch (try arguments.text("key"), try arguments.text("id")) {
        case (let key?, nil): self = .key(key)
        case (nil, let id?):
            guard let point = PointID(text: ArraySlice(id.utf8)) else {
                let advice = "send the id that a save, a search or a list answered; a key of your own goes into key"
                throw .invalid("id", "\"\(id.prefix(64))\" is no UUID: \(advice)")
            }
            self = .id(point.text)
        case (nil, nil): throw .invalid("key", "is missing: send key or id, to say which memory is meant")
        case (.some, .some): throw .invalid("id", "is sent beside key: send one of the two")
        }
    }

    var description: String {
        switch self {
        case .key(let key): "the key \"\(key.prefix(64))\""
        case .id(let id): "the id \(id)"
        }
    }
}
