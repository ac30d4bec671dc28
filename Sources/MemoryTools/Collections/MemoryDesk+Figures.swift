internal import JSON
internal import JobQueue
internal import MCP
internal import Memory

extension MemoryDesk {
    /// The figures of the whole system, as docs/wire.md has them. They are not for the caller: they tell of all tenants.
    func figures(for context: CallContext) async throws(ToolError) -> JSONValue {
        let result = try await result(of: job(.stats), for: context)
        guard let figures = try? JSONValue(parsing: result), case .object = figures else { throw .noAnswer }
        return figures
    }

    /// With the number of points, where that is to be had soon: what is declared is told without it.
    func views(of collections: [CollectionDefinition], for context: CallContext) async -> [CollectionView] {
        var counts: JSONValue?
        // How many memories others have is nothing that one tenant is told.
        if context.caller.tenant == nil, !collections.isEmpty {
            counts = try? await figures(for: context.atMost(ToolLimits.figuresTimeout))["collections"]
        }
        return collections.map { CollectionView(definition: $0, points: counts?[$0.name]?["points_count"]?.integer) }
    }
}

extension JSONValue {
    var integer: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// As a JSON number is read: whole numbers too.
    var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
