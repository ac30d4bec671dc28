internal import MCP
internal import Memory

extension MemoryDesk {
    /// Names that an error lists.
    private static let namesListed = 50

    /// Those that the caller may know of, in the order of the configuration.
    func collections(for caller: MemoryCaller) -> [CollectionDefinition] {
        catalog.collections.filter { caller.mayReach($0.name) }
    }

    /// One that is out of the caller's reach is as if there were none of that name.
    func collection(
        _ arguments: ToolArguments,
        for caller: MemoryCaller
    ) throws(ToolError) -> CollectionDefinition {
        let names = collections(for: caller).map(\.name)
        guard let name = try arguments.text("collection") else {
            throw .invalid("collection", "is missing. \(known(names))")
        }
        if let found = collection(named: name, for: caller) { return found }
        var reason = "there is no collection \"\(name.prefix(64))\""
        if let nearest = NearestMatch.find(ArraySlice(name.utf8), among: names) {
            reason += "; did you mean \"\(nearest)\"?"
        } else {
            reason += "."
        }
        throw .invalid("collection", "\(reason) \(known(names))")
    }

    func collection(named name: String, for caller: MemoryCaller) -> CollectionDefinition? {
        guard caller.mayReach(name) else { return nil }
        return catalog.collections.first { $0.name == name }
    }

    private func known(_ names: [String]) -> String {
        guard !catalog.collections.isEmpty else {
            return "None is declared: whoever runs this server has to do that, in collections.yaml."
        }
        guard !names.isEmpty else { return "None is within this access: whoever runs this server can change that." }
        let more = names.count - Self.namesListed
        let list = "Send one of: " + names.prefix(Self.namesListed).joined(separator: ", ")
        return more > 0 ? "\(list), and \(more) more: see list_collections" : list
    }
}
