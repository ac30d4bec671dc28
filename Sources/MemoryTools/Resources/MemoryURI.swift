/// `memoir://collections/{collection}` and `memoir://collections/{collection}/memories/{id}`. Names of collections and ids
/// need no escaping in a URI.
enum MemoryURI: Equatable {
    case collection(String)
    case memory(collection: String, id: String)

    static let collectionTemplate = "memoir://collections/{collection}"
    static let memoryTemplate = "memoir://collections/{collection}/memories/{id}"
    private static let root = "memoir://collections/"

    /// nil for any other.
    init?(_ uri: String) {
        guard uri.hasPrefix(Self.root) else { return nil }
        let path = uri.dropFirst(Self.root.count)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1 where !parts[0].isEmpty: self = .collection(parts[0])
        case 3 where !parts[0].isEmpty && parts[1] == "memories" && !parts[2].isEmpty:
            self = .memory(collection: parts[0], id: parts[2])
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .collection(let name): Self.root + name
        case .memory(let collection, let id): "\(Self.root)\(collection)/memories/\(id)"
        }
    }
}
